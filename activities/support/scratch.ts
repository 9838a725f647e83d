import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';
import { living, processRecords, type ProcessRecord } from './process-record.js';

/** After this long nobody asks how a dead attempt ended: its operation was recovered or given to a person long before. */
const KEEP_LEDGER_DAYS = 7;
/** What Terraform could not upload: the only copy of what it made. Never removed by a machine. */
const IRREPLACEABLE = 'errored.tfstate';
const OWNER = 'owner.json';
/** Its worker has noted in the catalog that something is about to be started. */
const BEGUN = 'begun';
const GIVEN_UP = 'given-up';

/**
 * A folder of one attempt at one effect. The folder itself is the ledger (records and output of its processes), `work` holds everything
 * else and goes first. Attempts at the same thing share a group, so that a later one finds the earlier ones.
 */
export interface Attempt {
  folder: string;
  work: string;
}

export interface FormerAttempt extends Attempt {
  processes: ProcessRecord[];
  /** It will start nothing any more: it has given up, or its worker is dead. */
  isOver: boolean;
}

const groupFolder = (scratch: string, group: string): string =>
  join(scratch, createHash('sha256').update(group).digest('hex').slice(0, 16));

/** Makes the folder of a new attempt, readable by this user alone. */
export async function openAttempt(scratch: string, group: string): Promise<Attempt> {
  const folder = join(groupFolder(scratch, group), `${Date.now().toString(36)}-${randomUUID().slice(0, 8)}`);
  const work = join(folder, 'work');
  await mkdir(work, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, OWNER), JSON.stringify(identify(process.pid)));
  return { folder, work };
}

/** The attempts of a group that left a ledger, oldest first, with their processes. */
export async function formerAttempts(scratch: string, group: string): Promise<FormerAttempt[]> {
  const parent = groupFolder(scratch, group);
  const names = (await readdir(parent).catch(() => [])).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = join(parent, name);
      const isOver = (await exists(join(folder, GIVEN_UP))) || !(await ownerLives(folder));
      return { folder, work: join(folder, 'work'), processes: await processRecords(folder), isOver };
    }),
  );
}

/** Before it is noted elsewhere that something is about to be started: the ledger stays, to tell whether it was. */
export const markBegun = ({ folder }: Attempt): Promise<void> => writeFile(join(folder, BEGUN), '');

/** An attempt that ends without an answer will start nothing any more. */
export const giveUp = ({ folder }: Attempt): Promise<void> => writeFile(join(folder, GIVEN_UP), '');

/** Removes an attempt that needs no successor. What is irreplaceable stays. */
export async function closeAttempt(attempt: Attempt): Promise<void> {
  if (await strip(attempt)) return;
  await rm(attempt.folder, { recursive: true, force: true });
}

/** Removes the files of an attempt but keeps its ledger, for the attempt that comes after it. */
export async function keepLedger(attempt: Attempt): Promise<void> {
  await strip(attempt);
}

/**
 * At the start of a worker: clears what dead workers have left. An attempt whose worker or process lives is not touched; of an attempt
 * with effects the ledger stays (it proves who held a lock), and so does a state that could not be uploaded.
 */
export async function sweepScratch(scratch: string): Promise<void> {
  for (const group of await readdir(scratch).catch(() => [])) {
    for (const name of await readdir(join(scratch, group)).catch(() => [])) {
      const folder = join(scratch, group, name);
      const attempt: Attempt = { folder, work: join(folder, 'work') };
      const processes = await processRecords(folder);
      if (living(processes).length > 0 || (await ownerLives(folder))) continue;
      const hadEffects = processes.some((record) => record.kind === 'effect') || (await exists(join(folder, BEGUN)));
      if (hadEffects && (await isRecent(folder))) await keepLedger(attempt);
      else await closeAttempt(attempt);
    }
  }
}

/** Removes `work`; true when something irreplaceable was saved from it, or from an earlier time. */
async function strip({ folder, work }: Attempt): Promise<boolean> {
  const saved = join(folder, IRREPLACEABLE);
  const found = (await readdir(work, { recursive: true }).catch(() => [])).find((path) => path.endsWith(IRREPLACEABLE));
  if (found !== undefined) await rename(join(work, found), saved);
  await rm(work, { recursive: true, force: true });
  return exists(saved);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function ownerLives(folder: string): Promise<boolean> {
  try {
    return isAlive(JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as ProcessIdentity);
  } catch {
    return false;
  }
}

async function isRecent(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder);
  return Date.now() - mtimeMs < KEEP_LEDGER_DAYS * 24 * 3600 * 1000;
}
