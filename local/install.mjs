/**
 * Makes a checkout ready to run: the right Node, the packages of package-lock.json, the compiled sources.
 * Plain JavaScript without packages, because it runs first on a bare clone; it does nothing twice.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const NOT_SOURCES = new Set(['node_modules', 'dist', 'test', 'docs', '.git', '.steward', 'coverage']);
const STAMP = join(root, 'dist', '.built-from');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkNode();
  if (!packagesAreInstalled()) run('installing the packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!buildIsFresh()) {
    run('compiling', 'npm', ['run', '--silent', 'build']);
    markBuilt();
  }
}

function checkNode() {
  const oldest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  if (isOlder(process.versions.node, oldest)) {
    fail(`Node ${oldest} or newer is needed, this is ${process.versions.node}. Get it: nodejs.org, or "nvm install" in this folder.`);
  }
}

/** Whether node_modules holds what package-lock.json asks for (npm writes down there what it has installed). */
function packagesAreInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const held = JSON.parse(readFileSync(installed, 'utf8')).packages;
  // Optional packages for other platforms are listed and not installed.
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional, link }]) =>
      path === '' || link || (held[path] ? held[path].version === version && held[path].integrity === integrity : optional),
  );
}

/** Whether dist was compiled from exactly the sources that lie here now. */
export function buildIsFresh() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprintOfSources();
}

/** Writes down what dist was compiled from. */
function markBuilt() {
  writeFileSync(STAMP, fingerprintOfSources());
}

/** Names, sizes and times are enough: reading every file would take longer than it is worth. */
function fingerprintOfSources() {
  const hash = createHash('sha256');
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!NOT_SOURCES.has(entry.name)) visit(path);
      } else if (/\.ts$|^tsconfig.*\.json$|^package-lock\.json$/.test(entry.name)) {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path} ${size} ${mtimeMs}\n`);
      }
    }
  };
  visit(root);
  return hash.digest('hex');
}

function run(title, command, args) {
  const began = Date.now();
  console.log(`${title} ...`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error || status !== 0) fail(`${title} failed${error ? `: ${error.message}` : ''}; the command was: ${command} ${args.join(' ')}`);
  console.log(`${title}: done after ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

function isOlder(version, oldest) {
  const [one, other] = [version, oldest].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) if (one[part] !== other[part]) return one[part] < other[part];
  return false;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
