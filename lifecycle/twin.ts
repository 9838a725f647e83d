import type { Environment } from './environment.js';
import { twinOf } from './ids.js';

/** The variable that products put before the names of what they make; a twin differs from its environment by it alone. */
export const PREFIX_VARIABLE = 'TOPIC_PREFIX';

/** An environment by its name, or the twin of one: the same systems, people and secrets, with names of their own. */
export function environmentNamed(environments: ReadonlyMap<string, Environment>, name: string): Environment | undefined {
  const twin = twinOf(name);
  const base = environments.get(twin?.environment ?? name);
  if (!base || !twin) return base;
  return { ...base, name, variables: { ...base.variables, [PREFIX_VARIABLE]: prefixIn(base, twin.prefix) } };
}

/** What the names in a twin begin with. @param prefix the twin's own part */
const prefixIn = ({ variables }: Environment, prefix: string): string => `${prefix}${variables[PREFIX_VARIABLE] ?? ''}`;
