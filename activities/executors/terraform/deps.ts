import type { LedgerDeps } from '../deps.js';

/** What the terraform executor is built with. */
export interface TerraformDeps extends LedgerDeps {
  /** The worker's own folder for attempts: not shared with another machine. */
  scratch: string;
  /**
   * Records of each of these topics of the environment's broker; topics that do not exist are left out. Throws `SystemUnavailable`.
   * Left out: the broker of the environment is asked.
   */
  topicRecords?: TopicRecords;
}

export type TopicRecords = (environment: string, topics: string[]) => Promise<Map<string, number>>;

/** The same with every door there is. */
export type CompleteDeps = TerraformDeps & { topicRecords: TopicRecords };
