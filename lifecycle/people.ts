import type { Governance, IdentityLevel } from './environment.js';

/** Somebody, as surely as the place wanted to know. */
export interface Person {
  /** By the name that groups use. */
  name: string;
  /** What stays the same whatever name somebody comes under: the issuer's subject of a token; the name elsewhere. */
  subject: string;
  /** Groups that a token's issuer vouches for, besides those of the configuration. */
  groups: string[];
  level: IdentityLevel;
  /** What was signed, where something was. */
  statement?: string;
}

/** Whose run this is. */
export interface Holder {
  workflowId: string;
  runId: string;
}

/** Where in the histories a message lies: the nth of its name in a run. */
export interface Arrival extends Holder {
  /** Of the signal or update. */
  name: string;
  nth: number;
}

/** The name that the configuration uses for somebody who came under another one. */
export const knownAs = ({ accounts }: Pick<Governance, 'accounts'>, name: string): string =>
  Object.entries(accounts).find(([, others]) => others.includes(name))?.[0] ?? name;

/** Whether somebody counts for nothing any more: one of his names is enough, the configuration may list any of them. */
export const isSuspended = (place: Pick<Governance, 'accounts' | 'suspended'>, name: string): boolean =>
  place.suspended.some((each) => knownAs(place, each) === knownAs(place, name));
