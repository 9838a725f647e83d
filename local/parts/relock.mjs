/**
 * Writes local/<part>/jars.lock.json anew from local/<part>/pom.xml. Needs Maven; run by hand after a version in a pom.xml was changed:
 * `node local/parts/relock.mjs kafka flink`
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const local = dirname(dirname(fileURLToPath(import.meta.url)));

/** The same classes are in at.yawk.lz4:lz4-java, which Kafka's client brings; two copies on one class path are a lottery. */
const DUPLICATES = [/^org\/lz4\/lz4-java\//];

for (const part of process.argv.slice(2)) {
  const jars = mkdtempSync(join(tmpdir(), 'relock-'));
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const options = ['-DincludeScope=runtime', '-Dmdep.useRepositoryLayout=true', `-DoutputDirectory=${jars}`];
  execFileSync('mvn', ['-B', '-q', '-f', join(local, part, 'pom.xml'), goal, ...options], { stdio: 'inherit' });
  const lock = readdirSync(jars, { recursive: true })
    .filter((path) => path.endsWith('.jar'))
    .map((path) => ({ path: relative(jars, join(jars, path)).split(sep).join('/'), sha256: sha256(join(jars, path)) }))
    .filter(({ path }) => !DUPLICATES.some((duplicate) => duplicate.test(path)))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  writeFileSync(join(local, part, 'jars.lock.json'), `${JSON.stringify(lock, undefined, 2)}\n`);
  rmSync(jars, { recursive: true });
  console.log(`${part}: ${lock.length} jars locked`);
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
