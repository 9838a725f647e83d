import { Failure } from '../../../lifecycle/failures.js';
import { httpClient } from '../../support/http.js';
import { readAnswer, SPEAKING } from './answer.js';
import type { Answer, CommandStatus, Entity } from './answer.js';

/** A statement hangs while the broker is down; the server itself answers after 5 s otherwise. Whether it ran is looked up after. */
const STATEMENT_TIMEOUT_MS = 45_000;

export interface Request {
  properties?: Record<string, string>;
  variables?: Record<string, string>;
  /** The server answers only after it has run this command: read your own writes. */
  sequence?: number;
}

export interface Health {
  healthy: boolean;
  /** `READY`, or what the server says instead. */
  state: string;
  /** False when the command runner is stuck: no statement will run. */
  commandRunner: boolean;
}

export interface KsqlDbClient {
  readonly endpoint: string;
  /** One request. Throws SystemUnavailable when no answer comes: the outcome of a statement is then unknown. */
  ask(sql: string, request: Request, signal?: AbortSignal): Promise<Answer>;
  /** As `ask`, for statements that only read; an error is thrown (SystemUnavailable while the server is starting or behind). */
  read(sql: string, request: Request, signal?: AbortSignal): Promise<Entity[]>;
  /** Undefined = the server does not know the command (any more). */
  status(commandId: string, signal?: AbortSignal): Promise<CommandStatus | undefined>;
  health(signal?: AbortSignal): Promise<Health>;
}

/** A client of one ksqlDB cluster by its REST interface. */
export const createClient = (options: { url: string; credentials?: { username: string; password: string } }): KsqlDbClient => {
  const http = httpClient({
    system: 'ksqlDB',
    url: options.url,
    contentType: 'application/vnd.ksql.v1+json',
    timeoutMs: STATEMENT_TIMEOUT_MS,
    callerDecides: SPEAKING,
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  });
  const { endpoint } = http;

  const ask = async (sql: string, { properties, variables, sequence }: Request, signal?: AbortSignal): Promise<Answer> => {
    const body = {
      ksql: sql,
      streamsProperties: properties ?? {},
      sessionVariables: variables ?? {},
      ...(sequence === undefined ? {} : { commandSequenceNumber: sequence }),
    };
    const answer = await http.request('POST', '/ksql', { body, ...(signal ? { signal } : {}) });
    return readAnswer(answer.body, answer.status, endpoint);
  };

  return {
    endpoint,
    ask,
    async read(sql, request, signal) {
      const answer = await ask(sql, request, signal);
      if ('entities' in answer) return answer.entities;
      const { code, message } = answer.error;
      const type = Math.floor(code / 100) >= 429 ? 'SystemUnavailable' : 'SystemRefused';
      throw new Failure(type, `ksqlDB at ${endpoint} answered ${code} to ${sql.slice(0, 80)}: ${message}`);
    },
    async status(commandId, signal) {
      const path = commandId.split('/').map(encodeURIComponent).join('/');
      const { status, body } = await http.request('GET', `/status/${path}`, signal ? { signal } : {});
      if (status === 200) return body as CommandStatus;
      if (status === 404) return undefined;
      throw new Failure('SystemUnavailable', `ksqlDB at ${endpoint} answered ${status} when asked how ${commandId} goes`);
    },
    async health(signal) {
      const { status, body } = await http.request('GET', '/healthcheck', signal ? { signal } : {});
      if (typeof body !== 'object')
        throw new Failure('SystemUnavailable', `ksqlDB at ${endpoint} answered ${status} with a page when asked how it is`);
      const seen = body as {
        isHealthy?: boolean;
        serverState?: string;
        details?: { commandRunner?: { isHealthy: boolean } };
        message?: string;
      };
      return {
        healthy: seen?.isHealthy === true,
        state: seen?.serverState ?? seen?.message ?? 'unknown',
        commandRunner: seen?.details?.commandRunner?.isHealthy === true,
      };
    },
  };
};
