/** `name` of the specification (R15). */
export const isName = (text: unknown): boolean => typeof text === 'string' && /^[a-zA-Z][a-zA-Z0-9]+$/.test(text);

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/** A semantic version, no looser: no leading `v`, no blanks, numbers that a computer can count with (R17). */
export function isVersion(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 256) return false;
  const [, ...numbers] = SEMVER.exec(text) ?? [];
  return numbers.length >= 3 && numbers.slice(0, 3).every((number) => Number(number) <= Number.MAX_SAFE_INTEGER);
}

/** The closest of the known words, when one is close enough to have been meant. */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far }) => far <= limit)
    .sort((one, two) => one.far - two.far);
  return best?.candidate;
}

/** Levenshtein's distance. */
function distance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= two.length; column++)
      next.push(
        Math.min((next[column - 1] ?? 0) + 1, (row[column] ?? 0) + 1, (row[column - 1] ?? 0) + (letter === two[column - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[two.length] ?? 0;
}
