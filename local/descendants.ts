import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { identify, type ProcessIdentity } from './process-identity.js';

/** Every process that descends from this one, whatever group or session it has moved to. To be asked while the ancestor still lives. */
export function descendantsOf(pid: number): ProcessIdentity[] {
  const parents = process.platform === 'linux' ? parentsFromProc() : parentsFromPs();
  const found: number[] = [];
  for (const known = [pid]; known.length > 0;) {
    const parent = known.pop();
    const children = parents.filter(([, of]) => of === parent).map(([child]) => child);
    found.push(...children);
    known.push(...children);
  }
  return found.flatMap((one) => identify(one) ?? []);
}

/** Pairs of process and parent. Field 4 is the parent; the name in field 2 may hold spaces, so counting starts after its bracket. */
function parentsFromProc(): [number, number][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
      } catch {
        return [];
      }
    });
}

function parentsFromPs(): [number, number][] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
}
