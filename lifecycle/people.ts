import type { Governance } from './environment.js';

/** The name that the configuration uses for somebody who came under another one. */
export const knownAs = ({ accounts }: Pick<Governance, 'accounts'>, name: string): string =>
  Object.entries(accounts).find(([, others]) => others.includes(name))?.[0] ?? name;
