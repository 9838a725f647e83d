import { compare } from 'semver';
import { majorOf } from '../identify/index.js';
import { portLists, type Product } from '../product.js';
import { compareApiPayloads } from './api/index.js';
import { changesBetween, concluded, type Comparison } from './compare.js';
import type { ComparisonOptions } from './context.js';
import type { ChangeFinding } from './finding.js';
import { withJudgements } from './judgements.js';
import { directionOf } from './ports.js';

/**
 * Compares a new version with every one of its major version: as a whole with the latest, by its payload schemas with all before, for
 * records of any of them may still be kept, and consumers may still read with any of them. Undefined when there is nothing to compare
 * with. Versions of other majors are passed over.
 */
export function compareWithHistory(
  former: readonly Product[],
  next: Product,
  options: ComparisonOptions = {},
): (Comparison & { /** The latest version, compared as a whole. */ against: string }) | undefined {
  const major = majorOf(next.info.version);
  const line = former.filter(({ info }) => majorOf(info.version) === major).sort((a, b) => compare(b.info.version, a.info.version));
  const [latest, ...older] = line;
  if (!latest) return undefined;
  const changes = changesBetween(latest, next, options);
  const known = new Set(changes.map(keyOf));
  for (const product of older) {
    for (const found of withJudgements(payloadChanges(product, next), options.judgements ?? {})) {
      if (known.has(keyOf(found))) continue;
      known.add(keyOf(found));
      changes.push({ ...found, message: `against ${product.info.version}: ${found.message}`, against: product.info.version });
    }
  }
  return { ...concluded(latest, next, changes), against: latest.info.version };
}

/** What was said once about a place is not said again for an older version. */
const keyOf = ({ rule, class: kind, part, pointer }: ChangeFinding): string => [rule, kind, part, pointer].join('\n');

/** Only what hurts counts here: that a field is newer than an old version is no news. */
function payloadChanges(old: Product, next: Product): ChangeFinding[] {
  return portLists.flatMap((list) =>
    next.interfaceComponents[list].flatMap((port, index) => {
      const before = old.interfaceComponents[list].find(({ name }) => name === port.name);
      if (!before) return [];
      const pointer = `/interfaceComponents/${list}/${index}/promises/api`;
      return compareApiPayloads(before.promises?.api, port.promises?.api, directionOf(list))
        .filter((found) => found.class !== 'non-breaking')
        .map((found) => ({ ...found, part: `${list}/${port.name}`, pointer: pointer + (found.pointer ?? '') }));
    }),
  );
}
