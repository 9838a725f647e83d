import type { Finding } from '../finding.js';
import type { JsonObject } from '../json.js';
import { pointerTo, stepsOf } from '../json.js';
import type { Position } from '../product.js';
import { componentRules } from './components.js';
import { definitionRules } from './definitions.js';
import { documentRules } from './document.js';
import { identityRules } from './identity.js';
import { infoRules } from './info.js';
import { lifecycleRules } from './lifecycle.js';
import { placeholderRules } from './placeholders.js';
import { portRules } from './ports.js';
import { levelRules } from './levels.js';
import { weightOf, type Profile, type Rule } from './rule.js';
import { secretRules } from './secrets.js';

export { readingRules } from './reading.js';
export { weightOf, type Profile } from './rule.js';
export { secretsInTemplates } from './template-secrets.js';

/** Every rule, by chapter. One rule is one entry. */
export const rules: readonly Rule[] = [
  ...documentRules,
  ...infoRules,
  ...identityRules,
  ...portRules,
  ...definitionRules,
  ...levelRules,
  ...componentRules,
  ...lifecycleRules,
  ...placeholderRules,
  ...secretRules,
];

/**
 * What the rules have to say about a canonical tree, each at the place where it was written.
 * @param isWhole false when parts of the tree could not be read
 */
export function validateTree(
  tree: JsonObject,
  positions: ReadonlyMap<string, Position>,
  profile: Profile = 'tolerant',
  isWhole = true,
): Finding[] {
  const told = (some: readonly Rule[], whole: boolean): Finding[] =>
    some.flatMap((rule) =>
      [...rule.check(tree)]
        .filter((found) => whole || !(found.whole ?? rule.whole))
        .map(({ pointer, message, hint, severity }): Finding => ({
          rule: rule.id,
          severity: weightOf(rule, severity, profile),
          message,
          ...(hint !== undefined && { hint }),
          ...placeOf(pointer, positions),
        })),
    );
  const findings = told(
    rules.filter(({ whole }) => !whole),
    isWhole,
  );
  return [
    ...findings,
    ...told(
      rules.filter(({ whole }) => whole),
      isWhole && !findings.some(hidesNames),
    ),
  ];
}

/** Rules whose errors leave components without a name, or under another than they have. */
const NAMING: ReadonlySet<string> = new Set(['R2', 'R20', 'R21', 'R29', 'R30', 'R36', 'R39', 'R48', 'R50', 'R54', 'R87', 'R88', 'R90']);
/** Rules that tell a mistyped list of components. */
const LISTING: ReadonlySet<string> = new Set(['R22', 'R49', 'R76']);

/** True for what may be the reason that a link leads nowhere: mended first, and the link with it. */
const hidesNames = ({ rule, severity, hint = '' }: Finding): boolean =>
  (NAMING.has(rule) && severity === 'error') || (LISTING.has(rule) && hint.startsWith('Did you mean'));

/** The position of a node; of what is missing, the place in the nearest object around it where it should stand. */
export function placeOf(pointer: string, positions: ReadonlyMap<string, Position>): Pick<Finding, 'pointer' | 'file' | 'line'> {
  const steps = stepsOf(pointer);
  for (let length = steps.length; length >= 0; length--) {
    const position = positions.get(pointerTo('', ...steps.slice(0, length)));
    if (position) return { file: position.file, line: position.line, pointer: pointerTo(position.pointer, ...steps.slice(length)) };
  }
  return { pointer };
}
