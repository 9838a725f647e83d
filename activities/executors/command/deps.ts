import type { LedgerDeps } from '../deps.js';

/** What the command executor is built with. */
export interface CommandDeps extends LedgerDeps {
  /** The worker's own folder for attempts: not shared with another machine. */
  scratch: string;
}
