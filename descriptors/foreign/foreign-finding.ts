import type { Severity } from '../finding.js';

/** A fault of a foreign document, at a place inside of it. Plain JSON: verdicts are kept by digest. */
export interface Fault {
  /** JSON Pointer into the document. */
  pointer: string;
  message: string;
  hint?: string;
  /** `error` unless stated. */
  severity?: Severity;
  /** The rule, where it is not that of the document's language: a payload inside of it has its own. */
  rule?: string;
}

/** More than anybody mends at once; the first ones usually cause the others. */
export const MOST_FAULTS = 20;
