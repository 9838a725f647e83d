import { Failure } from '../../../lifecycle/failures.js';

/** What ksqlDB says to one request: entities, or an error. HTTP status and headers are not to be relied on, the body is. */
export type Answer = { entities: Entity[] } | { error: KsqlError };

export interface Entity {
  '@type': string;
  statementText: string;
  [field: string]: unknown;
}

export interface KsqlError {
  code: number;
  message: string;
  /** The guilty statement, rewritten, cut, or the whole request: never to be compared but with the poison of a dry run. */
  statementText?: string;
}

/** Statuses of trouble that may pass; ksqlDB's own come with a body that says more than they do. */
export const SPEAKING = [408, 425, 429, 500, 503];

/** How a command goes. QUEUED, PARSING, EXECUTING and RUNNING are not the end: HTTP 200 alone means nothing. */
export interface CommandStatus {
  status: 'QUEUED' | 'PARSING' | 'EXECUTING' | 'RUNNING' | 'SUCCESS' | 'ERROR' | 'TERMINATED';
  message: string;
  queryId?: string | null;
}

/** Entity of a statement that went into the command topic. */
export interface Command {
  commandId: string;
  commandStatus: CommandStatus;
  commandSequenceNumber: number;
}

/**
 * Reads an answer by its body. What is no answer of ksqlDB comes from a proxy or another server: throws SystemUnavailable when its status
 * says that this may pass (nobody knows then whether the statement got through), else SystemRefused.
 */
export const readAnswer = (body: unknown, status: number, endpoint: string): Answer => {
  if (Array.isArray(body)) return { entities: body as Entity[] };
  if (typeof body === 'object' && body !== null && 'error_code' in body) {
    const { error_code, message, statementText } = body as { error_code: number; message?: string; statementText?: string };
    return { error: { code: error_code, message: message ?? 'no message', ...(statementText === undefined ? {} : { statementText }) } };
  }
  throw new Failure(
    SPEAKING.includes(status) ? 'SystemUnavailable' : 'SystemRefused',
    `${endpoint} does not answer like ksqlDB (${status}): ${String(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 200)}`,
  );
};

export const commandOf = (entities: Entity[]): Command | undefined =>
  entities.find((entity) => entity['@type'] === 'currentStatus') as (Entity & Command) | undefined;

/** Server starting, stopping, behind, or at its limit of statements: it says itself that nothing happened. */
const BUSY = new Set([42900, 50301, 50302, 50303]);

/**
 * Every writer of ksqlDB shares one transactional id: the loser of two is fenced off, and none of these ran. A blocked
 * command runner (a replace within the session time-out of the old query) shows as a time-out of the command topic.
 */
const NOT_WRITTEN = /has been fenced|newer producer with the same transactionalId|Another command with the same id/i;
/** The word of a cause; as a part of a name (`'payment-timeouts'`) it says nothing. */
const TIMED_OUT = /(?<![\w'"`.-])timed?[ -]?out(?![\w'"`-])|TimeoutException/i;
/** The statement that such an error quotes: what stands in it is not the cause. */
const QUOTED_STATEMENT = /the statement '[\s\S]*' into the command topic/;

/** The schema registry did not answer ksqlDB, or with a fault of its own. It is asked before anything is written. */
const REGISTRY_AWAY =
  /(?:(?:get latest|register) schema|check schema existence|schema registry fetch)[\s\S]*(?:Could not connect to the server|Connection (?:refused|reset)|error code: 5\d\d)/i;

/** True when the statement did not run and may run later as it is. */
export const isTransient = ({ code, message }: KsqlError): boolean => {
  if (BUSY.has(code) || REGISTRY_AWAY.test(message)) return true;
  const cause = message.replace(QUOTED_STATEMENT, '');
  return code === 50000 && (NOT_WRITTEN.test(cause) || TIMED_OUT.test(cause));
};

/** True when the error is what a repeated statement gets whose first try had worked; the caller looks at the state. */
export const mayBeDone = ({ code, message }: KsqlError): boolean =>
  Math.floor(code / 100) === 400 && /already exists|does not exist|unknown queryid/i.test(message);

/** True when the error tells of a world that earlier steps have still to make: topics and schemas. */
export const needsEarlierSteps = ({ message }: KsqlError): boolean =>
  /topic '?[^']*'? does not exist/i.test(message) ||
  /schema .*(does not exist|not found|could not be (found|fetched|read))/is.test(message);

/** Enough to see what is wrong; plans and stack traces behind it run to kilobytes. */
const MESSAGE_LENGTH = 1_000;

export const shortMessage = (message: string): string =>
  message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH)} ...` : message;
