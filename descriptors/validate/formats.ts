/** `name` of the specification (R15). */
export const isName = (text: unknown): boolean => typeof text === 'string' && /^[a-zA-Z][a-zA-Z0-9]+$/.test(text);

/** What keys, topics and names of workflows can carry: not a `name`, but it can be worked with. */
export const isUsableName = (text: unknown): boolean => typeof text === 'string' && /^[a-zA-Z][a-zA-Z0-9._-]*$/.test(text);

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/** A semantic version, no looser: no leading `v`, no blanks, numbers that a computer can count with (R17). */
export function isVersion(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 256) return false;
  const [, ...numbers] = SEMVER.exec(text) ?? [];
  return numbers.length >= 3 && numbers.slice(0, 3).every((number) => Number(number) <= Number.MAX_SAFE_INTEGER);
}
