import { lineOf } from '../identify/index.js';
import { componentLists, kinds, type Product } from '../product.js';
import { higher, worst, type Bump, type ChangeClass, type ChangeFinding } from './finding.js';
import { byName, same } from './parts.js';
import { comparePorts } from './ports.js';
import { declaredBump, requiredFor } from './versions.js';

export type { Bump, ChangeClass, ChangeFinding } from './finding.js';

export interface Comparison {
  /**
   * `reject`: the new version may not be registered as declared. `breaking`: it may, as the new major that it is.
   * `needs-approval`: somebody has to agree. `non-breaking`: nobody is hurt.
   */
  verdict: ChangeClass;
  /** The step from the old version to the new; `none` for the same version. */
  declaredBump: Bump;
  /** The smallest step that tells consumers the truth. */
  requiredBump: Bump;
  findings: ChangeFinding[];
}

/** Compares two versions of a product by what they promise, not by how they are written. */
export function compareDescriptors(old: Product, next: Product): Comparison {
  const changes = [...compareInfo(old, next), ...comparePorts(old, next), ...compareComponents(old, next)];
  const declared = declaredBump(old.info.version, next.info.version);
  const required = requiredFor(
    old.info.version,
    changes.reduce<Bump>((most, finding) => higher(most, finding.bump), 'none'),
  );
  const findings = [...changes, ...judgeVersion(old, next, declared, required, changes)];
  return { verdict: worst(findings.map((finding) => finding.class)), declaredBump: declared ?? 'none', requiredBump: required, findings };
}

function compareInfo(old: Product, next: Product): ChangeFinding[] {
  const found: ChangeFinding[] = [];
  if (lineOf(old.info.fullyQualifiedName) !== lineOf(next.info.fullyQualifiedName))
    found.push({
      rule: 'C8',
      class: 'reject',
      bump: 'none',
      part: 'info',
      pointer: '/info/fullyQualifiedName',
      message: 'this is another product',
    });
  if (old.info.domain !== next.info.domain)
    found.push({
      rule: 'C9',
      class: 'needs-approval',
      bump: 'minor',
      part: 'info',
      pointer: '/info/domain',
      message: 'the product moves to another domain',
    });
  if (old.info.owner.id !== next.info.owner.id)
    found.push({
      rule: 'C10',
      class: 'needs-approval',
      bump: 'patch',
      part: 'info',
      pointer: '/info/owner',
      message: 'the product gets another owner',
    });
  const judged = ['version', 'fullyQualifiedName', 'id', 'domain', 'owner'];
  if (!same(old.info, next.info, judged) || !same(old.info.owner, next.info.owner, ['id']) || !same(old.tags, next.tags))
    found.push({
      rule: 'C11',
      class: 'non-breaking',
      bump: 'patch',
      part: 'info',
      pointer: '/info',
      message: 'names, descriptions or tags changed',
    });
  return found;
}

/** What is inside concerns nobody outside as long as the ports stay (C76 to C81). */
function compareComponents(old: Product, next: Product): ChangeFinding[] {
  const inner = componentLists.flatMap((list) =>
    byName(old.internalComponents[list], next.internalComponents[list]).flatMap(
      ({ name, index, old: former, next: current }): ChangeFinding[] => {
        const place = { part: `${list}/${name}`, pointer: `/internalComponents/${list}/${index}` };
        const say = (message: string): ChangeFinding[] => [{ rule: 'C76', class: 'non-breaking', bump: 'patch', ...place, message }];
        if (!former) return say(`${article(kinds[list].kind)} is added`);
        if (!current) return say(`${article(kinds[list].kind)} is removed`);
        return same(former, current, ['id', 'fullyQualifiedName']) ? [] : say(`${article(kinds[list].kind)} changed`);
      },
    ),
  );
  const stages = same(old.internalComponents.lifecycleInfo, next.internalComponents.lifecycleInfo);
  const lifecycle: ChangeFinding = {
    rule: 'C79',
    class: 'non-breaking',
    bump: 'patch',
    part: 'lifecycleInfo',
    pointer: '/internalComponents/lifecycleInfo',
    message: 'the tasks of a stage changed',
  };
  return stages ? inner : [...inner, lifecycle];
}

const article = (kind: string): string => (kind === 'infrastructure' ? 'a piece of infrastructure' : `an ${kind}`);

function judgeVersion(
  old: Product,
  next: Product,
  declared: Bump | undefined,
  required: Bump,
  changes: readonly ChangeFinding[],
): ChangeFinding[] {
  const reject = (rule: string, message: string): ChangeFinding[] => [
    { rule, class: 'reject', bump: 'none', part: 'info', pointer: '/info/version', message },
  ];
  if (declared === undefined) return reject('C3', `${next.info.version} is not higher than ${old.info.version}`);
  if (declared === 'none') return changes.length > 0 ? reject('C1', `${next.info.version} is registered with other content`) : [];
  if (higher(declared, required) !== declared)
    return reject('C6', `the changes need a ${required} step, ${old.info.version} to ${next.info.version} is a ${declared} one`);
  return [];
}
