import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The identity of a running process, or nothing when there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const found = process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  return found === undefined || found.ended ? undefined : { pid, startTime: found.startTime };
}

/** The identity of a child that was started in this turn of the event loop: it may have ended already, but its number is still its own. */
export function identifyChild(pid: number): ProcessIdentity | undefined {
  const found = process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  return found && { pid, startTime: found.startTime };
}

/** Whether that very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

interface Found {
  startTime: string;
  /** A zombie: it has ended, and its parent has not looked yet. */
  ended: boolean;
}

/** Fields 3 (state) and 22 (start in clock ticks since boot); the name in field 2 may hold spaces, so counting starts after its bracket. */
function fromProc(pid: number): Found | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startTime = fields[19];
    return startTime === undefined ? undefined : { startTime, ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): Found | undefined {
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state === undefined || start.length === 0 ? undefined : { startTime: start.join(' '), ended: state.startsWith('Z') };
  } catch {
    return undefined;
  }
}
