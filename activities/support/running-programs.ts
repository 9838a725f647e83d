import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The kernel counts starts in these, whatever its own clock (`USER_HZ`, proc(5)). */
const TICKS_A_SECOND = 100;
/** The kernel cuts names to this (`TASK_COMM_LEN` without its end, proc(5)). */
const LONGEST_NAME = 15;

/**
 * When the running processes of this machine that are one of these programs were started, in milliseconds since 1970, exact to about a
 * second. Undefined where that cannot be told: elsewhere than on Linux. Processes of other containers are not seen.
 */
export function startsOf(programs: string[]): number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  const names = new Set(programs.map((program) => basename(program).slice(0, LONGEST_NAME)));
  const booted = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) * 1000;
  return readdirSync('/proc').flatMap((pid) => {
    const stat = /^\d+$/.test(pid) ? statOf(pid) : undefined;
    // The name stands in brackets and may hold some itself; field 22, counted from behind it, is the start.
    const [, name, rest] = /\((.*)\) (.*)$/s.exec(stat ?? '') ?? [];
    if (name === undefined || !names.has(name) || rest!.startsWith('Z')) return [];
    return [booted + (Number(rest!.split(' ')[19]) / TICKS_A_SECOND) * 1000];
  });
}

const statOf = (pid: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
};
