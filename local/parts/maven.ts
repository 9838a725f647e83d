import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import pMap from 'p-map';
import { projectRoot } from '../project-root.js';
import { download } from './download.js';
import type { FetchContext } from './part.js';

const MAVEN_CENTRAL = 'https://repo.maven.apache.org/maven2';

/** Six short requests at once keep a line busy and stay polite. */
const PARALLEL_DOWNLOADS = 6;

/** One jar of a lock list: its path in a Maven repository and the sha256 of its bytes. */
export type LockedJar = { readonly path: string; readonly sha256: string };

/** Fetches every jar of a lock list (path relative to the project) into `<folder>/lib`. @throws DigestMismatch for a changed jar. */
export async function fetchJars(lockFile: string, { folder, log, signal }: FetchContext): Promise<void> {
  const jars = JSON.parse(await readFile(join(projectRoot, lockFile), 'utf8')) as LockedJar[];
  const repository = await mavenRepository();
  let done = 0;
  let bytes = 0;
  await pMap(
    jars,
    async ({ path, sha256 }) => {
      const size = await download(`${repository}/${path}`, join(folder, 'lib', basename(path)), sha256, signal);
      bytes += size;
      done += 1;
      if (done % 20 === 0 || done === jars.length) log(`${done}/${jars.length} jars, ${(bytes / 1e6).toFixed(0)} MB`);
    },
    { concurrency: PARALLEL_DOWNLOADS, ...(signal ? { signal } : {}) },
  );
}

/**
 * The base address of the Maven repository: `STEWARD_MAVEN_REPOSITORY`, else the mirror of central in the person's Maven settings,
 * else Maven Central. The digests are the same wherever the bytes come from.
 */
export async function mavenRepository(): Promise<string> {
  const named = process.env['STEWARD_MAVEN_REPOSITORY'];
  if (named) return named.replace(/\/$/, '');
  const settings = await readFile(join(homedir(), '.m2', 'settings.xml'), 'utf8').catch(() => '');
  return mirrorOfCentral(settings) ?? MAVEN_CENTRAL;
}

/** The address of the first mirror in a Maven settings file that stands for central, if there is one. */
export function mirrorOfCentral(settings: string): string | undefined {
  const withoutComments = settings.replace(/<!--[\s\S]*?-->/g, '');
  for (const [mirror] of withoutComments.matchAll(/<mirror>[\s\S]*?<\/mirror>/g)) {
    const of = /<mirrorOf>\s*(.*?)\s*<\/mirrorOf>/.exec(mirror)?.[1]?.split(',') ?? [];
    const url = /<url>\s*(.*?)\s*<\/url>/.exec(mirror)?.[1];
    if (url && of.some((id) => ['*', 'central', 'external:*'].includes(id.trim())) && !of.includes('!central'))
      return url.replace(/\/$/, '');
  }
  return undefined;
}
