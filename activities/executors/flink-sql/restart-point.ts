import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobLedger } from './ledger.js';
import type { JobManager } from './job-manager.js';

/**
 * Where a job that is not running can go on: the savepoint it was stopped with, else the newest checkpoint that the JobManager remembers,
 * else (the JobManager was restarted and remembers nothing) the newest one in the checkpoint folder, where this worker can read it.
 */
export async function restartPoint(jobId: string, manager: JobManager, ledger: JobLedger): Promise<string | undefined> {
  return (await ledger.savepoint(jobId)) ?? (await manager.newestSnapshot(jobId)) ?? (await newestOnDisk(jobId, manager));
}

/** Where a job that is lost (Flink was restarted and forgot it) can go on: at the last state of the newest start of that name. */
export async function restartPointOf(name: string, manager: JobManager, ledger: JobLedger): Promise<string | undefined> {
  const [last] = await ledger.starts(name);
  return last && restartPoint(last.id, manager, ledger);
}

async function newestOnDisk(jobId: string, manager: JobManager): Promise<string | undefined> {
  const folder = await manager.configuration('execution.checkpointing.dir', 'state.checkpoints.dir');
  if (!folder?.startsWith('file:')) return undefined;
  const path = join(fileURLToPath(folder), jobId);
  const names = await list(path);
  const newestFirst = names.filter((name) => /^chk-\d+$/.test(name)).sort((a, b) => Number(b.slice(4)) - Number(a.slice(4)));
  for (const name of newestFirst) {
    // A checkpoint without its metadata was not finished.
    const files = await list(join(path, name));
    if (files.includes('_metadata')) return `${folder.replace(/\/$/, '')}/${jobId}/${name}`;
  }
  return undefined;
}

const list = (folder: string): Promise<string[]> => readdir(folder).catch((): string[] => []);
