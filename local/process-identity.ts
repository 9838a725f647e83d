import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export { identify, isAlive } from '../activities/support/process-identity.js';
export type { ProcessIdentity } from '../activities/support/process-identity.js';

/** Resident memory in MB, or 0 if the process is gone. */
export function residentMb(pid: number): number {
  try {
    if (process.platform === 'linux') return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
  } catch {
    return 0;
  }
}
