import type { ExecutorDeps } from '../deps.js';

/** What the terraform executor is built with. */
export interface TerraformDeps extends ExecutorDeps {
  /** The worker's own folder for attempts: not shared with another machine. */
  scratch: string;
  /**
   * How many records a topic of the environment's broker holds; `undefined` when there is no such topic. Throws `SystemUnavailable`.
   * Left out: undo keeps no topic for the sake of its records, and resources in no state are looked for by trying to import them.
   */
  topicRecords?(environment: string, topic: string): Promise<number | undefined>;
}
