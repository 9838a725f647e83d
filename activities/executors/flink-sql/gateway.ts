import type { FlinkSystem } from '../../../lifecycle/environment.js';
import { Failure } from '../../../lifecycle/failures.js';
import { httpClient, type HttpAnswer, type HttpClient } from '../../support/http.js';
import { waitUntil } from '../../support/abortable-wait.js';
import { lineIn, rootCause } from './server-message.js';

/** A first statement loads the planner (about a second), a submission waits for the JobManager; ten times that is a hanging gateway. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** The gateway answers NOT_READY at once; statements of the session take a few milliseconds. */
const POLL_MS = 25;
/** Texts of the gateway that mean "the cluster (or what the statement asks) does not answer", not "the statement is wrong". */
const UNAVAILABLE =
  /(?:^|: )(?:[\w$]+\.)+(?:[\w$]*(?:ConnectException|TimeoutException)|SocketException|UnknownHostException|NoRouteToHostException|ConnectionIdleException|ConnectionClosedException)\b|Connection refused|Session '?[\w-]+'? does not exist/im;

/** A statement that the gateway did not accept. The caller knows file and line. */
export class StatementError extends Error {
  override readonly name = 'StatementError';

  constructor(
    message: string,
    /** Inside the statement that was sent, from 1; when the server says so. */
    readonly line: number | undefined,
  ) {
    super(message);
  }
}

/** One session of the SQL gateway: tables defined in it end with it. */
export class GatewaySession {
  private constructor(
    private readonly http: HttpClient,
    private readonly path: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Opens a session, lets `work` use it, and closes it whatever happens; what still runs in it is cancelled by that. */
  static async use<T>(system: FlinkSystem, signal: AbortSignal | undefined, work: (session: GatewaySession) => Promise<T>): Promise<T> {
    const http = httpClient({ system: 'Flink SQL gateway', url: system.gatewayUrl, callerDecides: [500] });
    const { sessionHandle } = ok(http, await http.request('POST', '/v1/sessions', { body: { properties: {} }, signal })) as {
      sessionHandle: string;
    };
    const path = `/v1/sessions/${encodeURIComponent(sessionHandle)}`;
    try {
      return await work(new GatewaySession(http, path, signal));
    } finally {
      // Without the caller's signal: an aborted verb must not leave a session. A session that cannot be closed ends by its idle time-out.
      await http.request('DELETE', path).catch(() => undefined);
    }
  }

  /** Runs one statement to its end. Throws `StatementError`, and the signal's reason when aborted. */
  async execute(statement: string): Promise<void> {
    await this.run(statement, {}, this.signal);
  }

  /**
   * Runs an INSERT to its submission. `options` hold for this statement alone. Throws `StatementError`. Not given up in the middle when
   * the signal is aborted: the cluster could still take the job afterwards, and nobody would know.
   */
  async submit(insert: string, options: { [key: string]: string }): Promise<void> {
    await this.run(insert, options, undefined);
  }

  private async run(statement: string, options: { [key: string]: string }, signal: AbortSignal | undefined): Promise<void> {
    const submitted = await this.http.request('POST', `${this.path}/statements`, {
      body: { statement, executionConfig: options },
      signal: this.signal,
    });
    const { operationHandle } = ok(this.http, submitted) as { operationHandle: string };
    const result = await waitUntil(
      async () => {
        const answer = await this.http.request('GET', `${this.path}/operations/${operationHandle}/result/0`, {
          query: { rowFormat: 'JSON' },
          signal,
        });
        const { resultType } = ok(this.http, answer) as { resultType: string };
        return resultType === 'NOT_READY' ? undefined : true;
      },
      { everyMs: POLL_MS, withinMs: STATEMENT_TIMEOUT_MS, signal },
    );
    if (!result)
      throw new Failure(
        'SystemUnavailable',
        `${this.http.system} at ${this.http.endpoint} has not finished a statement within ${STATEMENT_TIMEOUT_MS / 1000} s`,
      );
  }
}

/** The gateway answers 500 for a wrong statement and for a lost cluster alike: only the text tells. */
function ok(http: HttpClient, { status, body }: HttpAnswer): unknown {
  if (status === 200) return body;
  const errors = (body as { errors?: string[] } | null)?.errors ?? [typeof body === 'string' ? body : JSON.stringify(body)];
  const text = errors.join('\n');
  if (UNAVAILABLE.test(text))
    throw new Failure('SystemUnavailable', `${http.system} at ${http.endpoint} cannot reach its cluster: ${rootCause(text)}`, {
      retryAfterMs: 2000,
    });
  throw new StatementError(rootCause(text), lineIn(text));
}
