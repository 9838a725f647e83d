import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../lifecycle/failures.js';
import { commandOf, isTransient, mayBeDone, shortMessage } from './answer.js';
import type { Command } from './answer.js';
import type { KsqlDbClient, Request } from './client.js';

/** A replace can block the cluster's command runner for the session time-out of the old query (45 s), several in a row for minutes. */
const FINISH_WITHIN_MS = 300_000;
/** Between two looks at a command that is still running, and between two tries. */
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Execution {
  /** For messages: which statement of which product. */
  what: string;
  sql: string;
  request: Request;
  /** True when the server's own state shows the result. Decides after every unclear answer. */
  done(): Promise<boolean>;
  /** What the state must show after a SUCCESS; default: `done`. */
  confirmed?(): Promise<boolean>;
  /**
   * True when a former try may have run, or when it does not matter whose doing it is. While false, a state that shows
   * the result is somebody else's.
   */
  mayHaveRun: boolean;
  /** Called before every try: no effect without the right to it. */
  assertFence(): Promise<void>;
  signal: AbortSignal;
}

/**
 * Sends one statement until the server's own state shows its result, and returns its sequence number (undefined when
 * the state showed it without a command). Sending again is safe, because each statement here names what it makes.
 * Throws StatementRefused (never worth another try) or SystemUnavailable (the caller may come back and looks first).
 */
export const execute = async (client: KsqlDbClient, execution: Execution): Promise<number | undefined> => {
  const { what, sql, request, done, signal } = execution;
  const end = performance.now() + FINISH_WITHIN_MS;
  let pause = PAUSE_MS;
  let last = 'no answer';
  let { mayHaveRun } = execution;
  while (performance.now() < end) {
    signal.throwIfAborted();
    await execution.assertFence();
    // Not given up in the middle: a statement that was accepted would run later, when nobody looks any more.
    const outcome = await attempt(client, sql, request, end);
    if (outcome.state === 'success' && (await (execution.confirmed ?? done)())) return outcome.sequence;
    if (outcome.state === 'refused' && mayHaveRun && outcome.unclear && (await done())) return outcome.sequence;
    mayHaveRun ||= outcome.state === 'success' || (outcome.state === 'again' && outcome.mayHaveRun);
    if (outcome.state === 'again' && mayHaveRun && (await unlessDown(done))) return outcome.sequence;
    if (outcome.state === 'refused')
      throw new Failure(
        'StatementRefused',
        `${what} was refused by ksqlDB at ${client.endpoint}${outcome.code ? ` (${outcome.code})` : ''}: ${shortMessage(outcome.message)}`,
      );
    last = outcome.state === 'success' ? 'reported as done, but the state does not show it' : shortMessage(outcome.message);
    await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  throw new Failure(
    'SystemUnavailable',
    `${what}: ksqlDB at ${client.endpoint} did not finish within ${FINISH_WITHIN_MS / 1000} s: ${last}`,
  );
};

/** A server that is down shows nothing: then it is asked again later. */
const unlessDown = (done: () => Promise<boolean>): Promise<boolean> =>
  done().catch((error: unknown) => {
    if (error instanceof Failure && error.type === 'SystemUnavailable') return false;
    throw error;
  });

type Outcome =
  | { state: 'success'; sequence?: number }
  | { state: 'refused'; message: string; code?: number; unclear: boolean; sequence?: number }
  | { state: 'again'; message: string; mayHaveRun: boolean; sequence?: number };

const attempt = async (client: KsqlDbClient, sql: string, request: Request, end: number): Promise<Outcome> => {
  try {
    const answer = await client.ask(sql, request);
    if ('error' in answer) {
      const { code, message } = answer.error;
      if (isTransient(answer.error)) return { state: 'again', message: `${code} ${message}`, mayHaveRun: false };
      return { state: 'refused', message, code, unclear: mayBeDone(answer.error) };
    }
    const command = commandOf(answer.entities);
    return command === undefined ? { state: 'success' } : await settle(client, command, end);
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'SystemUnavailable') throw error;
    return { state: 'again', message: error.message, mayHaveRun: true };
  }
};

/** Waits for the end of a command: HTTP 200 only says that it was accepted. */
const settle = async (client: KsqlDbClient, command: Command, end: number): Promise<Outcome> => {
  const sequence = command.commandSequenceNumber;
  let status = command.commandStatus;
  let pause = PAUSE_MS;
  while (performance.now() < end) {
    if (status.status === 'SUCCESS') return { state: 'success', sequence };
    if (status.status === 'ERROR' || status.status === 'TERMINATED')
      return { state: 'refused', message: status.message, unclear: true, sequence };
    await delay(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    const seen = await client.status(command.commandId);
    if (seen === undefined) return { state: 'again', message: `the server has forgotten ${command.commandId}`, mayHaveRun: true, sequence };
    status = seen;
  }
  return { state: 'again', message: `${command.commandId} is still ${status.status}`, mayHaveRun: true, sequence };
};
