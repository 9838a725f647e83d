import type { Governance } from './environment.js';

/** The name that the configuration uses for somebody who came under another one. */
export const knownAs = ({ accounts }: Pick<Governance, 'accounts'>, name: string): string =>
  Object.entries(accounts).find(([, others]) => others.includes(name))?.[0] ?? name;

/** Whether somebody counts for nothing any more: one of his names is enough, the configuration may list any of them. */
export const isSuspended = (place: Pick<Governance, 'accounts' | 'suspended'>, name: string): boolean =>
  place.suspended.some((each) => knownAs(place, each) === knownAs(place, name));
