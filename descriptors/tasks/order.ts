/** Items in an order in which each stands after those it depends on; otherwise as given. Circles (an error of validation) stay as given. */
export function dependencyOrder<T>(items: readonly T[], nameOf: (item: T) => string, dependenciesOf: (item: T) => readonly string[]): T[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]));
  const done = new Set<T>();
  const visiting = new Set<T>();
  const ordered: T[] = [];
  const visit = (item: T): void => {
    if (done.has(item) || visiting.has(item)) return;
    visiting.add(item);
    for (const name of dependenciesOf(item)) {
      const dependency = byName.get(name);
      if (dependency !== undefined) visit(dependency);
    }
    visiting.delete(item);
    done.add(item);
    ordered.push(item);
  };
  items.forEach(visit);
  return ordered;
}

/** The first circle among the items, as the names along it, or undefined. */
export function circleOf(dependencies: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): string[] | undefined => {
    const start = trail.indexOf(name);
    if (start >= 0) return [...trail.slice(start), name];
    if (done.has(name)) return undefined;
    for (const next of dependencies.get(name) ?? []) {
      const circle = visit(next, [...trail, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of dependencies.keys()) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}
