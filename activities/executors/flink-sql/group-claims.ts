import { createHash } from 'node:crypto';
import type { LedgerDeps } from '../deps.js';

/**
 * Who has read under a consumer group. Flink joins no group, it only commits offsets under its id: the broker never shows that somebody
 * still needs them. So each task notes the groups of its jobs before they start, and a group that a second one has noted is nobody's alone.
 */
export class GroupClaims {
  private readonly broker: string;

  constructor(
    private readonly results: LedgerDeps['results'],
    bootstrapServers: string[],
    /** Product with major version, environment and task. */
    private readonly owner: string,
  ) {
    this.broker = createHash('sha256')
      .update([...bootstrapServers].sort().join(','))
      .digest('hex')
      .slice(0, 12);
  }

  async claim(groups: string[]): Promise<void> {
    for (const group of groups)
      if ((await this.results.put(this.path(group), this.owner)) !== this.owner) await this.results.put(this.sharedPath(group), true);
  }

  /** True when this task has noted the group and no other ever has. */
  async isAlone(group: string): Promise<boolean> {
    if ((await this.results.get(this.path(group))) !== this.owner) return false;
    return (await this.results.get(this.sharedPath(group))) === undefined;
  }

  /** Those of the groups: another product or task may have begun to use one since the plan; it stays, and left alone it does no harm. */
  async aloneOf(groups: string[]): Promise<string[]> {
    const alone = await Promise.all(groups.map((group) => this.isAlone(group)));
    return groups.filter((_, at) => alone[at]);
  }

  private path(group: string): string {
    return `flink-sql/groups/${this.broker}/${group}`;
  }
  private sharedPath(group: string): string {
    return `flink-sql/groups-shared/${this.broker}/${group}`;
  }
}
