import { distance } from 'fastest-levenshtein';

/** The known name that was probably meant, for a did-you-mean: at most a third of its letters differ. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const far = (name: string) => distance(unknown.toLowerCase(), name.toLowerCase());
  const best = [...known].sort((a, b) => far(a) - far(b))[0];
  return best !== undefined && far(best) <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}
