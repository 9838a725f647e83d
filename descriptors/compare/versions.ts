import { compare, compareBuild, parse } from 'semver';
import type { Bump } from './finding.js';

/** What the step from one version to the next says; `none` for the same version, undefined when the new one is not higher. */
export function declaredBump(from: string, to: string): Bump | undefined {
  const [old, next] = [parse(from), parse(to)];
  if (!old || !next || compare(next, old) < 0) return undefined;
  // Versions that differ in build metadata alone are the same version (C2).
  if (compare(next, old) === 0) return compareBuild(next, old) === 0 ? 'none' : undefined;
  if (next.major !== old.major) return 'major';
  if (next.minor !== old.minor) return 'minor';
  return 'patch';
}

/** Before 1.0.0 a minor version may break, and a patch may add (R26). */
export const requiredFor = (version: string, bump: Bump): Bump =>
  !version.startsWith('0.') ? bump : bump === 'major' ? 'minor' : bump === 'minor' ? 'patch' : bump;
