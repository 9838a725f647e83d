import type { DecideMessage, DecisionMessage, RenewMessage, ResolveCompensationMessage, WithdrawMessage } from '../lifecycle/messages.js';

type FieldsOf<T> = { [field in keyof Required<T>]: true };

/** A decision says more or less the same in each of its forms, and an operation passes on what was sent to it as it is. */
const decisionFields: FieldsOf<DecisionMessage & DecideMessage & WithdrawMessage & RenewMessage> = {
  exception: true,
  approver: true,
  by: true,
  decision: true,
  comment: true,
  reason: true,
  until: true,
  to: true,
  ticket: true,
  statement: true,
  via: true,
};

const resolutionFields: FieldsOf<ResolveCompensationMessage> = { step: true, action: true, operator: true, reason: true };

/** A field of a decision that nobody knows, in words; undefined where there is none. Misspelled, it would be left out of what is obeyed. */
export const strangeInDecision = (message: object): string | undefined => strangeIn(message, Object.keys(decisionFields));

/** The same of a word about what remains. */
export const strangeInResolution = (message: object): string | undefined => strangeIn(message, Object.keys(resolutionFields));

function strangeIn(message: object, known: string[]): string | undefined {
  const strange = Object.keys(message).find((field) => !known.includes(field));
  return strange === undefined ? undefined : `${strange.slice(0, MOST_OF_NAME)} is no field of it; there are ${told(known)}`;
}

/** What people write; the rest is between programs. */
const told = (known: string[]): string => known.filter((field) => field !== 'via').join(', ');

/** Enough to know what is meant. */
const MOST_OF_NAME = 80;
