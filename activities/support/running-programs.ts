import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** The kernel counts starts in these, whatever its own clock (`USER_HZ`, proc(5)). */
const TICKS_A_SECOND = 100;
/** The kernel cuts names to this (`TASK_COMM_LEN` without its end, proc(5)). */
const LONGEST_NAME = 15;

/** A process that runs now. */
export interface RunningProgram {
  /** In milliseconds since 1970, exact to about a second. */
  startedAt: number;
  /** Undefined when it is not ours to know: a program of another user, or one that has just ended. */
  workingDirectory: string | undefined;
}

/**
 * The running processes of this machine that are one of these programs. Undefined where that cannot be told: elsewhere than on Linux.
 * Processes of other containers are not seen.
 */
export function runningPrograms(programs: string[]): RunningProgram[] | undefined {
  if (process.platform !== 'linux') return undefined;
  const names = new Set(programs.map((program) => basename(program).slice(0, LONGEST_NAME)));
  const booted = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) * 1000;
  return readdirSync('/proc').flatMap((pid) => {
    const stat = /^\d+$/.test(pid) ? orNothing(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) : undefined;
    // The name stands in brackets and may hold some itself; field 22, counted from behind it, is the start.
    const [, name, rest] = /\((.*)\) (.*)$/s.exec(stat ?? '') ?? [];
    if (name === undefined || !names.has(name) || rest!.startsWith('Z')) return [];
    const startedAt = booted + (Number(rest!.split(' ')[19]) / TICKS_A_SECOND) * 1000;
    return [{ startedAt, workingDirectory: orNothing(() => readlinkSync(`/proc/${pid}/cwd`)) }];
  });
}

/** What is read of a process that may have ended meanwhile, or may be another user's. */
const orNothing = (read: () => string): string | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
