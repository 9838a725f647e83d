/** True when two parts say the same, whatever the order of their keys. Left out: what is compared by itself. */
export function same(one: unknown, two: unknown, leaveOut: readonly string[] = []): boolean {
  if (one === two) return true;
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return false;
  if (Array.isArray(one) || Array.isArray(two))
    return Array.isArray(one) && Array.isArray(two) && one.length === two.length && one.every((item, index) => same(item, two[index]));
  const [keys, others] = [stated(one, leaveOut), stated(two, leaveOut)];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(two, key) && same((one as { [key: string]: unknown })[key], (two as { [key: string]: unknown })[key]))
  );
}

/** A member that is undefined is none. */
const stated = (value: object, leaveOut: readonly string[]): string[] =>
  Object.keys(value).filter((key) => !leaveOut.includes(key) && (value as { [key: string]: unknown })[key] !== undefined);

/** The names of the members that differ. Left out: what is compared by itself. */
export function changedMembers(one: object, two: object, leaveOut: readonly string[] = []): string[] {
  const [old, next] = [one, two] as { [key: string]: unknown }[];
  return [...new Set([...stated(one, leaveOut), ...stated(two, leaveOut)])].filter(
    (key) => !same(own(old ?? {}, key), own(next ?? {}, key)),
  );
}

const own = (holder: { [key: string]: unknown }, key: string): unknown => (Object.hasOwn(holder, key) ? holder[key] : undefined);

/** The members of two lists by their names: pairs, what is new, what is gone. */
export function byName<T extends { name: string }>(
  old: readonly T[],
  next: readonly T[],
): { old?: T; next?: T; name: string; index: number }[] {
  const former = new Map(old.map((item, index) => [item.name, { item, index }]));
  const current = new Set(next.map(({ name }) => name));
  return [
    ...next.map((item, index) => ({
      name: item.name,
      index,
      next: item,
      ...(former.has(item.name) && { old: former.get(item.name)?.item as T }),
    })),
    ...old.flatMap((item, index) => (current.has(item.name) ? [] : [{ name: item.name, index, old: item }])),
  ];
}
