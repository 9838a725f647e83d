import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fetchParts, fetchTools, type Log } from './parts/index.js';
import { isAlive, identify, residentMb } from './process-identity.js';
import { projectRoot } from './project-root.js';
import { defaultHome, describeStack, endProcess, ownerOf, sweep, type StackDescription } from './stack/index.js';
import { partOfServer } from './stack/servers/index.js';

export { runInForeground } from './foreground.js';

export type LocalOptions = {
  readonly home?: string;
  readonly freePorts?: boolean;
  readonly log?: Log;
  /** Ends what is under way and stops what it has started. */
  readonly signal?: AbortSignal;
};

/** The sum of the servers' own grace periods: the supervisor stops them stage by stage. */
const DOWN_WITHIN_MS = 90_000;

const POLL_MS = 200;

/** Fetches every part and tool, so that a later start needs no line to the outside. */
export async function fetchAll({ log = console.log, signal }: LocalOptions = {}): Promise<void> {
  await fetchParts(Object.values(partOfServer), { log, signal });
  const { provisioner } = await fetchTools({ log, signal });
  log(`provisioning uses ${provisioner.kind} ${provisioner.version} (${provisioner.binary})`);
}

/**
 * Starts the stack in the background and answers where everything is; a stack that already runs in the home is answered as it is.
 * The servers belong to a supervisor process that goes on after this one. @throws Error with the supervisor's last lines.
 */
export async function up({
  home = defaultHome,
  freePorts = false,
  log = console.log,
  signal,
}: LocalOptions = {}): Promise<StackDescription> {
  const place = resolve(home);
  const running = await describeStack(place);
  if (running) return running;
  await fetchAll({ log, ...(signal ? { signal } : {}) });
  await mkdir(join(place, 'logs'), { recursive: true });
  const logFile = join(place, 'logs', 'supervisor.log');
  const output = openSync(logFile, 'w');
  const args = [
    join(projectRoot, 'dist', 'local', 'main.js'),
    'up',
    '--foreground',
    '--home',
    place,
    ...(freePorts ? ['--free-ports'] : []),
  ];
  const supervisor = spawn(process.execPath, args, { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  supervisor.unref();
  const identity = identify(supervisor.pid!);
  for (let shown = 0; ; await delay(POLL_MS)) {
    const lines = (await readFile(logFile, 'utf8')).split('\n').slice(0, -1);
    for (const line of lines.slice(shown)) log(line);
    shown = lines.length;
    const description = await describeStack(place);
    if (description) return description;
    if (signal?.aborted && identity) {
      await endProcess(identity, DOWN_WITHIN_MS);
      throw signal.reason;
    }
    if (!identity || !isAlive(identity)) throw new Error(`The stack did not start; see ${logFile}.`);
  }
}

/** Stops the stack of a home; answers whether one ran. Servers that a dead owner left behind are ended too. */
export async function down({ home = defaultHome }: LocalOptions = {}): Promise<boolean> {
  const place = resolve(home);
  const owner = await ownerOf(place);
  if (owner) await endProcess(owner, DOWN_WITHIN_MS);
  const swept = await sweep(place);
  return owner !== undefined || swept > 0;
}

/** What runs in a home right now, with the memory of each server in MB. */
export async function status({ home = defaultHome }: LocalOptions = {}) {
  const description = await describeStack(resolve(home));
  if (!description) return undefined;
  const processes = description.processes.map((one) => ({ ...one, alive: isAlive(one), rssMb: Math.round(residentMb(one.pid)) }));
  return { ...description, processes };
}
