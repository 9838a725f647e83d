import type { FlinkSystem } from '../../../lifecycle/environment.js';
import { Failure } from '../../../lifecycle/failures.js';
import { waitUntil } from '../../support/abortable-wait.js';
import { httpClient, messageOf, type HttpAnswer, type HttpClient } from '../../support/http.js';
import { rootCause } from './server-message.js';

/** A savepoint writes all state of a job; local ones take half a second, big ones minutes. */
const SAVEPOINT_TIMEOUT_MS = 10 * 60_000;
/** Cancelling waits for the tasks, which give up after three minutes by default. */
const CANCEL_TIMEOUT_MS = 3 * 60_000;
const POLL_MS = 100;

const TERMINAL = ['FINISHED', 'CANCELED', 'FAILED'];
/** True for a job that runs, starts, restarts or is about to stop: it may still write. */
export const isActive = (state: string): boolean => !TERMINAL.includes(state);

export interface JobSummary {
  id: string;
  name: string;
  state: string;
  /** Milliseconds since the epoch. */
  startTime: number;
  /** All its tasks run. */
  allRunning: boolean;
}

interface StopAnswer {
  status: { id: 'IN_PROGRESS' | 'COMPLETED' };
  operation?: { location?: string; 'failure-cause'?: { 'stack-trace': string } };
}

/** How a stop with a savepoint has ended: where the savepoint lies, or why there is none. */
export type Stopped = { location: string } | { cause: string };

/** The part of the JobManager's REST interface that Steward needs. */
export class JobManager {
  private readonly http: HttpClient;

  constructor(
    private readonly system: FlinkSystem,
    private readonly signal?: AbortSignal,
  ) {
    this.http = httpClient({ system: 'Flink JobManager', url: system.jobManagerUrl });
  }

  /** All jobs that the JobManager remembers, running and ended. */
  async jobs(): Promise<JobSummary[]> {
    const { jobs } = (await this.get('/jobs/overview')) as {
      jobs: { jid: string; name: string; state: string; 'start-time': number; tasks: { total: number; running: number } }[];
    };
    return jobs.map(({ jid, name, state, tasks, ...rest }) => ({
      id: jid,
      name,
      state,
      startTime: rest['start-time'],
      allRunning: state === 'RUNNING' && tasks.total > 0 && tasks.running === tasks.total,
    }));
  }

  /** When the job failed (milliseconds since the epoch, at most 20 of the newest), and why the last time. */
  async failures(id: string): Promise<{ times: number[]; last?: string }> {
    const answer = (await this.get(`/jobs/${id}/exceptions?maxExceptions=20`)) as {
      exceptionHistory?: { entries: { stacktrace: string; timestamp: number }[] };
    } | null;
    const entries = answer?.exceptionHistory?.entries ?? [];
    return { times: entries.map(({ timestamp }) => timestamp), ...(entries[0] && { last: rootCause(entries[0].stacktrace) }) };
  }

  /**
   * Where the newest savepoint or checkpoint of a job lies, else what the job itself was started from; `undefined` when there is none or the
   * job is not known any more.
   */
  async newestSnapshot(id: string): Promise<string | undefined> {
    interface Snapshot {
      external_path?: string;
      trigger_timestamp: number;
    }
    const answer = (await this.get(`/jobs/${id}/checkpoints`)) as {
      latest?: { completed?: Snapshot | null; savepoint?: Snapshot | null; restored?: { external_path?: string } | null };
    } | null;
    const known = [answer?.latest?.completed, answer?.latest?.savepoint].filter((each) => each?.external_path?.includes(':') === true);
    const newest = known.sort((a, b) => b!.trigger_timestamp - a!.trigger_timestamp)[0]?.external_path;
    // A job that ends before its first checkpoint is where it began.
    return newest ?? answer?.latest?.restored?.external_path;
  }

  /** One entry of the cluster's configuration. */
  async configuration(...keys: string[]): Promise<string | undefined> {
    const entries = (await this.get('/jobmanager/config')) as { key: string; value: string }[];
    return entries.find(({ key }) => keys.includes(key))?.value;
  }

  /**
   * Stops a job after a savepoint. Without one the job goes on, unless the failure has ended it; `undefined` when the job had ended before.
   * @param request 32 hexadecimal digits that name this stop: asked for again, the JobManager does it once
   */
  async stopWithSavepoint(id: string, folder: string, request: string): Promise<Stopped | undefined> {
    const answer = await this.send('POST', `/jobs/${id}/stop`, { targetDirectory: folder, drain: false, triggerId: request });
    if (answer.status === 404 || answer.status === 409) return undefined;
    this.ok(answer);
    return this.stopped(id, request);
  }

  /**
   * Waits until a stop that was asked for under this name has come to its end, by whomever it was asked: until then the job shows as running.
   * `undefined` when nobody asked.
   */
  async stopped(id: string, request: string): Promise<Stopped | undefined> {
    const operation = await waitUntil(
      async () => {
        const answer = (await this.get(`/jobs/${id}/savepoints/${request}`)) as StopAnswer | null;
        return answer === null ? 'unknown' : answer.status.id === 'COMPLETED' ? (answer.operation ?? {}) : undefined;
      },
      { everyMs: POLL_MS, withinMs: SAVEPOINT_TIMEOUT_MS, signal: this.signal },
    );
    if (!operation)
      throw new Failure('SystemUnavailable', `job ${id} has not written its savepoint within ${SAVEPOINT_TIMEOUT_MS / 60_000} minutes`);
    if (operation === 'unknown') return undefined;
    const { location, 'failure-cause': cause } = operation;
    if (location === undefined) return { cause: cause ? rootCause(cause['stack-trace']) : 'the JobManager gives no cause' };
    await this.ended(id);
    return { location };
  }

  /** Cancels a job and waits until it has ended; harmless when it has. */
  async cancel(id: string): Promise<void> {
    const answer = await this.send('PATCH', `/jobs/${id}?mode=cancel`);
    if (answer.status !== 404 && answer.status !== 409) this.ok(answer);
    await this.ended(id);
  }

  /** Waits until a job writes no more. */
  async ended(id: string): Promise<void> {
    const end = await waitUntil(
      async () => {
        const job = (await this.jobs()).find((each) => each.id === id);
        return job && isActive(job.state) ? undefined : true;
      },
      { everyMs: POLL_MS, withinMs: CANCEL_TIMEOUT_MS, signal: this.signal },
    );
    if (!end) throw new Failure('SystemUnavailable', `job ${id} has not ended within ${CANCEL_TIMEOUT_MS / 60_000} minutes`);
  }

  private async get(path: string): Promise<unknown> {
    const answer = await this.send('GET', path);
    return answer.status === 404 ? null : this.ok(answer);
  }

  private send(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    return this.http.request(method, path, { body, signal: this.signal });
  }

  private ok(answer: HttpAnswer): unknown {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Failure(
      'SystemRefused',
      `${this.http.system} at ${this.system.jobManagerUrl} answered ${answer.status}: ${messageOf(answer.body)}`,
    );
  }
}
