import type { Product } from '../product.js';
import { compareComponents } from './components.js';
import type { ComparisonOptions } from './context.js';
import { higher, highest, worst, type Bump, type ChangeClass, type ChangeFinding } from './finding.js';
import { compareInfo } from './info.js';
import { withJudgements } from './judgements.js';
import { comparePorts } from './ports.js';
import { beforeAfter, say } from './say.js';
import { bumpOf, requiredFor, stepBetween } from './versions.js';

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

/**
 * Compares two versions of a product by what they promise, not by how they are written. Never throws for what the descriptors hold;
 * throws `TypeError` for judgements that configure what cannot be configured.
 */
export function compareDescriptors(old: Product, next: Product, options: ComparisonOptions = {}): Comparison {
  return concluded(old, next, changesBetween(old, next, options));
}

/** Every difference, not yet held against the version that the new one declares. */
export function changesBetween(old: Product, next: Product, options: ComparisonOptions): ChangeFinding[] {
  const { facts = {}, judgements = {} } = options;
  const changes = [...compareInfo(old, next), ...comparePorts(old, next, options), ...compareComponents(old, next, facts)];
  return withJudgements(changes, judgements);
}

/** The verdict on changes: does the declared version tell the truth about them? */
export function concluded(old: Product, next: Product, changes: readonly ChangeFinding[]): Comparison {
  const requiredBump = requiredFor(old.info.version, highest(changes));
  const findings = [...changes, ...judgeVersion(old, next, requiredBump, changes)];
  const declaredBump = bumpOf(stepBetween(old.info.version, next.info.version));
  return { verdict: worst(findings.map((finding) => finding.class)), declaredBump, requiredBump, findings };
}

function judgeVersion(old: Product, next: Product, required: Bump, changes: readonly ChangeFinding[]): ChangeFinding[] {
  const [from, to] = [old.info.version, next.info.version];
  const seen = { part: 'info', pointer: '/info/version', ...beforeAfter(from, to) };
  const step = stepBetween(from, to);
  if (step === 'build')
    return [say('C2', 'any', { ...seen, message: `${to} and ${from} are the same version: build metadata does not count` })];
  if (step === 'lower') return [say('C3', 'product', { ...seen, message: `${to} is not higher than ${from}` })];
  if (step === 'same') return changes.length > 0 ? [say('C1', 'any', { ...seen, message: `${to} is registered with other content` })] : [];
  const declared = bumpOf(step);
  const message = `the changes need a ${required} step, ${from} to ${to} is a ${declared} one`;
  const told =
    from.split('.', 1)[0] !== to.split('.', 1)[0]
      ? [
          say('C68', 'any', {
            ...seen,
            message: `major version ${from.split('.', 1)[0]} goes on beside the new one until its deprecation period has passed`,
          }),
        ]
      : [];
  if (higher(declared, required) === declared) return told;
  return [
    required === 'major' || from.startsWith('0.') ? say('C6', 'product', { ...seen, message }) : say('C7', 'product', { ...seen, message }),
  ];
}
