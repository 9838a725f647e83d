import canonicalize from 'canonicalize';

/** True when two parts say the same, whatever the order of their keys. Left out: what is compared by itself. */
export function same(one: unknown, two: unknown, leaveOut: readonly string[] = []): boolean {
  return serialised(one, leaveOut) === serialised(two, leaveOut);
}

function serialised(value: unknown, leaveOut: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  const rest =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([key]) => !leaveOut.includes(key)))
      : value;
  return canonicalize(rest);
}

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
