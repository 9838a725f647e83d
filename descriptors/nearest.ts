import { distance } from 'fastest-levenshtein';

/** The known name that was probably meant, for a did-you-mean: at most a third of its letters differ, or two changed places. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const far = (name: string) => typos(unknown.toLowerCase(), name.toLowerCase());
  const best = [...known].sort((a, b) => far(a) - far(b))[0];
  return best !== undefined && far(best) <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}

/** Changed letters; two that changed places count as one. */
function typos(one: string, two: string): number {
  const changed = distance(one, two);
  return changed === 2 && one.length === two.length && [...one].sort().join('') === [...two].sort().join('') ? 1 : changed;
}
