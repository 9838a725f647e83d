import { writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from './process-identity.js';

const SUFFIX = '.process.json';

/** What an attempt folder says of a process that was started in it, so that a later attempt recognises it. */
export interface ProcessRecord extends ProcessIdentity {
  name: string;
  /** `effect`: it may change the world, so a later attempt must know how it ended before it acts. */
  kind: 'effect' | 'read';
  /** ISO 8601, UTC. */
  startedAt: string;
  stdout: string;
  stderr: string;
}

/** Writes the record at once: between the start of a process and its record nothing else may happen. */
export function writeProcessRecord(attemptFolder: string, record: ProcessRecord): void {
  writeFileSync(join(attemptFolder, record.name + SUFFIX), JSON.stringify(record));
}

/** The processes that were started in an attempt folder; a record cut off by a crash counts as none. */
export async function processRecords(attemptFolder: string): Promise<ProcessRecord[]> {
  const names = await readdir(attemptFolder).catch(() => []);
  const records = await Promise.all(
    names.filter((name) => name.endsWith(SUFFIX)).map(async (name) => parse(await readFile(join(attemptFolder, name), 'utf8'))),
  );
  return records.filter((record) => record !== undefined);
}

/** Those of them that still run. */
export const living = (records: ProcessRecord[]): ProcessRecord[] => records.filter(isAlive);

function parse(text: string): ProcessRecord | undefined {
  try {
    return JSON.parse(text) as ProcessRecord;
  } catch {
    return undefined;
  }
}
