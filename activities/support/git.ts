import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lifecycle/failures.js';
import { findProgram } from './find-program.js';
import { runProcess } from './process.js';
import { closeAttempt, openAttempt, type Attempt } from './scratch.js';

/** A commit of a repository on a host that was checked. */
export interface Commit {
  /** Without credentials. */
  url: URL;
  /** The address to connect to, whatever the name means by now. */
  address: string;
  /** All hexadecimal digits of its id. */
  commit: string;
  /** PEM file with the authorities to trust instead of the system's. */
  authorities?: string;
}

/** A repository of descriptors and templates is text; one commit of a large one, with everything else it holds, fits. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Within the minute that an activity of the engine has. */
const LONGEST_MS = 40_000;
/** How often the size of what came is looked at. */
const LOOK_EVERY_MS = 100;

/** Everything that git would run, ask or follow by itself, switched off. What is fetched is verified against its id, and never checked out. */
const SETTINGS = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'credential.helper': '',
  'protocol.allow': 'never',
  'protocol.https.allow': 'always',
  'http.followRedirects': 'false',
  'http.emptyAuth': 'false',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '20',
  'fetch.fsckObjects': 'true',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

/**
 * The files of one commit below a folder, by their paths relative to it: bytes as they are in the repository, without filters. Symbolic links
 * and submodules are left out. Throws `InvalidInput` when there is no such commit, `SystemUnavailable` when the host does not answer.
 */
export async function filesOfCommit(source: Commit, folder: string, scratch: string): Promise<Map<string, Uint8Array>> {
  const attempt = await openAttempt(scratch, 'git');
  const limits = new Limits(attempt.folder);
  try {
    const git = await gitIn(attempt, source, limits.signal);
    await git('init', ['--quiet', '--bare', '--template=']);
    const one = ['--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
    await git('fetch', [...one, source.url.href, source.commit]);
    const below = folder === '' ? [] : [`${folder}/`];
    const listed = await git('ls-tree', ['-r', '-z', '--full-tree', source.commit, ...below]);
    const objects = objectsIn(await readFile(await git('cat-file', ['--batch-all-objects', '--batch', '--buffer'])));
    return filesIn(await readFile(listed, 'utf8'), objects, folder);
  } finally {
    limits.stop();
    await closeAttempt(attempt);
  }
}

type Git = (verb: string, args: string[]) => Promise<string>;

/** Runs git with an environment of its own; gives the file with its output. */
async function gitIn({ folder, work }: Attempt, { url, address, authorities }: Commit, signal: AbortSignal): Promise<Git> {
  const home = join(work, 'home');
  await mkdir(home);
  const program = findProgram('git');
  const place = `${url.hostname}:${url.port || '443'}:${address.includes(':') ? `[${address}]` : address}`;
  const options = Object.entries({ ...SETTINGS, 'http.curloptResolve': place }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const env = {
    HOME: home,
    LANG: 'C',
    GIT_DIR: join(work, 'repository'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_ALLOW_PROTOCOL: 'https',
    GIT_LFS_SKIP_SMUDGE: '1',
    ...(authorities !== undefined && { GIT_SSL_CAINFO: authorities }),
  };
  return async (verb, args) => {
    const start = { program, args: [...options, verb, ...args], cwd: work, env, attemptFolder: folder, name: verb, kind: 'read' as const };
    const { exitCode, stdout, stderr } = await runProcess({ ...start, signal });
    if (exitCode === 0) return stdout;
    throw refusal(verb, url, await readFile(stderr, 'utf8'));
  };
}

/** Aborts what takes too long or writes too much. */
class Limits {
  private readonly stopped = new AbortController();
  private readonly timers: NodeJS.Timeout[];
  readonly signal = this.stopped.signal;

  constructor(folder: string) {
    const tooLong = new Failure('SystemUnavailable', `the repository did not come within ${LONGEST_MS / 1000} seconds`);
    const tooMuch = new Failure('InvalidInput', `the commit has more than ${MOST_BYTES / 1024 / 1024} MiB`);
    const look = (): void =>
      void sizeOf(folder).then((bytes) => {
        if (bytes > MOST_BYTES) this.stopped.abort(tooMuch);
      });
    this.timers = [setTimeout(() => this.stopped.abort(tooLong), LONGEST_MS), setInterval(look, LOOK_EVERY_MS)];
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}

async function sizeOf(folder: string): Promise<number> {
  // Files come and go while git works.
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Its first line, without the address: what git says about a host that is down is worth another try, anything else is not. */
function refusal(what: string, url: URL, told: string): Failure {
  const line = told.split('\n').find((text) => /^(fatal|error|remote)/.test(text)) ?? told.split('\n')[0] ?? '';
  const passing =
    /could not resolve|failed to connect|couldn't connect|connection|timed out|early EOF|hung up|returned error: (429|5\d\d)/i.test(told);
  const message = `git ${what} from ${url.host} failed: ${line.replaceAll(url.href, 'the repository').slice(0, 300)}`;
  return new Failure(passing ? 'SystemUnavailable' : 'InvalidInput', message);
}

/** What `git cat-file --batch` writes: `<id> <type> <size>`, the bytes, a line's end. */
function objectsIn(bytes: Buffer): Map<string, Uint8Array> {
  const objects = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    const [id = '', type, size] = bytes.toString('latin1', at, end).split(' ');
    const from = end + 1;
    if (type === 'blob') objects.set(id, new Uint8Array(bytes.subarray(from, from + Number(size))));
    at = from + Number(size) + 1;
  }
  return objects;
}

/** What `git ls-tree -z` lists: `<mode> <type> <id>`, a tab, the path, NUL. */
function filesIn(listed: string, objects: ReadonlyMap<string, Uint8Array>, folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const entry of listed.split('\0')) {
    const [, mode, id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    const content = objects.get(id);
    if ((mode === '100644' || mode === '100755') && content) files.set(folder === '' ? path : path.slice(folder.length + 1), content);
  }
  return files;
}
