import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Some tests run what is compiled: processes and threads of their own. It has to be compiled from the sources under test. */
export default async function compileIfStale({ rootDir }) {
  const { buildIsFresh } = await import(pathToFileURL(join(rootDir, 'local', 'install.mjs')).href);
  if (buildIsFresh()) return;
  const compiler = join(rootDir, 'node_modules', 'typescript', 'bin', 'tsc');
  // Types are the task of another check; what was emitted is what the tests run against.
  spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: rootDir, stdio: 'inherit' });
}
