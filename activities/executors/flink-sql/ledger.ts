import { createHash } from 'node:crypto';
import type { LedgerDeps } from '../deps.js';

/** One start of a job: noted before it is submitted. */
export interface Start {
  /** Flink's job id, fixed by us: the cluster refuses a second submission under the same id. */
  id: string;
  generation: number;
  /** Idempotency key of the operation's step that started it. */
  key: string;
  /** The task of the product whose job it is; left out of what was noted before tasks were. */
  task?: string;
}

/** What was started under a job's name, and where its savepoints are; outlives worker and cluster. */
export class JobLedger {
  constructor(
    private readonly results: LedgerDeps['results'],
    private readonly environment: string,
    /** Whose starts are noted. */
    private readonly task: string,
  ) {}

  /** All starts under a name, newest first. */
  async starts(name: string): Promise<Start[]> {
    const starts: Start[] = [];
    for (let generation = 1; ; generation++) {
      const start = await this.results.get<Start>(this.path(name, generation));
      if (!start) return starts.reverse();
      starts.push(start);
    }
  }

  /** Notes the next start. Two workers that do so at once get the same one, and so the same job id. */
  async next(name: string, key: string): Promise<Start> {
    const generation = ((await this.starts(name))[0]?.generation ?? 0) + 1;
    const id = createHash('sha256').update(`${this.environment}\n${name}\n${generation}\n${key}`).digest('hex').slice(0, 32);
    return this.results.put<Start>(this.path(name, generation), { id, generation, key, task: this.task });
  }

  /** The task that started a job; undefined where nothing says so. */
  async starter({ id, name }: { id: string; name: string }): Promise<string | undefined> {
    return (await this.starts(name)).find((start) => start.id === id)?.task;
  }

  async noteSavepoint(jobId: string, location: string): Promise<void> {
    await this.results.put(this.savepointPath(jobId), location);
  }

  savepoint(jobId: string): Promise<string | undefined> {
    return this.results.get<string>(this.savepointPath(jobId));
  }

  private path(name: string, generation: number): string {
    return `flink-sql/${this.environment}/${name}/${generation}`;
  }
  private savepointPath(jobId: string): string {
    return `flink-sql/${this.environment}/savepoints/${jobId}`;
  }
}
