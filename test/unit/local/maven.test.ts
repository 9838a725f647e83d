import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mirrorOfCentral, type LockedJar } from '../../../local/parts/maven.js';
import { projectRoot } from '../../../local/project-root.js';

const mirror = (of: string): string =>
  `<mirrors><mirror><id>m</id><mirrorOf>${of}</mirrorOf><url>https://mirror.example/maven/</url></mirror></mirrors>`;

describe('the Maven mirror of the machine', () => {
  it.each(['*', 'central', 'other,central'])('is used when it stands for %s', (of) => {
    expect(mirrorOfCentral(mirror(of))).toBe('https://mirror.example/maven');
  });

  it.each(['other', '*,!central', 'external:http:*'])('is not used when it stands for %s', (of) => {
    expect(mirrorOfCentral(mirror(of))).toBeUndefined();
  });

  it('is not used when it is commented out', () => {
    expect(mirrorOfCentral(`<!-- ${mirror('*')} -->`)).toBeUndefined();
  });
});

describe.each(['kafka', 'flink'])('the lock list of %s', (part) => {
  it('pins each jar once, by a path and a sha256', async () => {
    const jars = JSON.parse(await readFile(join(projectRoot, 'local', part, 'jars.lock.json'), 'utf8')) as LockedJar[];
    expect(jars.length).toBeGreaterThan(50);
    for (const { path, sha256 } of jars)
      expect([path, sha256]).toEqual([expect.stringMatching(/^[\w.+/-]+\.jar$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const names = jars.map(({ path }) => path.split('/').pop());
    expect(new Set(names).size).toBe(names.length);
  });
});
