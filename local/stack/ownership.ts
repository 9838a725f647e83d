import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lock.js';
import { identify, isAlive, type ProcessIdentity } from '../process-identity.js';
import { endProcess } from './end-process.js';
import { pidFile } from './server-process.js';

/** Long enough for the slowest server of a dead owner, Kafka, to flush. */
const SWEEP_GRACE_MS = 30_000;

/** The stack home is in use by a living process. */
export class StackAlreadyRuns extends Error {
  override readonly name = 'StackAlreadyRuns';
  constructor(home: string, owner: ProcessIdentity) {
    super(`A stack already runs in ${home}, owned by process ${owner.pid}. Use it, or stop it first: npm run local -- down`);
  }
}

const OWNER = 'owner';

/**
 * Makes this process the owner of a stack home, after ending the servers that a dead owner left behind; answers how many those were.
 * @throws StackAlreadyRuns
 */
export async function takeOwnership(home: string): Promise<number> {
  return withLock(join(home, 'run', 'start.lock'), async () => {
    const owner = await ownerOf(home);
    if (owner) throw new StackAlreadyRuns(home, owner);
    const swept = await sweep(home);
    await mkdir(join(home, 'run'), { recursive: true });
    await writeFile(pidFile(home, OWNER), JSON.stringify(identify(process.pid)));
    return swept;
  });
}

export async function giveUpOwnership(home: string): Promise<void> {
  await rm(pidFile(home, OWNER), { force: true });
}

/** The living process that owns the stack of a home, if there is one. */
export async function ownerOf(home: string): Promise<ProcessIdentity | undefined> {
  const owner = await readIdentity(pidFile(home, OWNER));
  return owner && isAlive(owner) ? owner : undefined;
}

/** Ends every server that is written down in a home whose owner is dead; answers how many still ran. */
export async function sweep(home: string): Promise<number> {
  const run = join(home, 'run');
  const files = (await readdir(run).catch(() => [] as string[])).filter((name) => name.endsWith('.json') && name !== `${OWNER}.json`);
  const ended = await Promise.all(
    files.map(async (name) => {
      const server = await readIdentity(join(run, name));
      const wasAlive = server !== undefined && isAlive(server);
      if (wasAlive) await endProcess(server, SWEEP_GRACE_MS);
      await rm(join(run, name), { force: true });
      return wasAlive;
    }),
  );
  await rm(pidFile(home, OWNER), { force: true });
  return ended.filter(Boolean).length;
}

/** A file cut short by a crash says nothing, like one that is absent. */
async function readIdentity(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
