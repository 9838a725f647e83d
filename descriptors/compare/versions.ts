import { compare, compareBuild, parse } from 'semver';
import type { Bump } from './finding.js';

/** The step from one version to the next. `same` = the very same; `build` = only build metadata differs; `lower` = not higher. */
export type Step = 'same' | 'build' | 'lower' | Exclude<Bump, 'none'>;

/** What the step from one version to the next says; `lower` too for what is no semantic version. */
export function stepBetween(from: string, to: string): Step {
  const [old, next] = [parse(from), parse(to)];
  if (!old || !next || compare(next, old) < 0) return 'lower';
  if (compare(next, old) === 0) return compareBuild(next, old) === 0 ? 'same' : 'build';
  if (next.major !== old.major) return 'major';
  if (next.minor !== old.minor) return 'minor';
  if (next.patch !== old.patch) return 'patch';
  // What comes after a pre-release is the step that the pre-release announced: it promised nothing yet (Semantic Versioning, item 9).
  return old.patch > 0 ? 'patch' : old.minor > 0 ? 'minor' : 'major';
}

/** The highest number that rose. Unlike a step it asks nothing of others: a pre-release that becomes final is no news for them. */
export function numberRisen(from: string, to: string): Exclude<Bump, 'none'> {
  const [old, next] = [parse(from), parse(to)];
  if (old?.major !== next?.major) return 'major';
  return old?.minor === next?.minor ? 'patch' : 'minor';
}

/** The step as a bump: none where the version did not rise. */
export const bumpOf = (step: Step): Bump => (step === 'same' || step === 'build' || step === 'lower' ? 'none' : step);

/** Before 1.0.0 a minor version may break, and a patch may add (R26). */
export const requiredFor = (version: string, bump: Bump): Bump =>
  !version.startsWith('0.') ? bump : bump === 'major' ? 'minor' : bump === 'minor' ? 'patch' : bump;
