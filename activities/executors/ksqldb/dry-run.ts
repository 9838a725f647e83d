import { randomUUID } from 'node:crypto';
import { Failure } from '../../../lifecycle/failures.js';
import { isTransient, needsEarlierSteps, shortMessage } from './answer.js';
import type { KsqlError } from './answer.js';
import type { KsqlDbClient } from './client.js';
import type { Statement } from './statement.js';
import { referencesIn } from './variables.js';

/** A statement as it would be sent, with the session it would be sent in. */
export interface Rehearsed {
  sql: string;
  statement: Pick<Statement, 'properties' | 'variables'>;
}

export type Rehearsal =
  | { verdict: 'accepted' }
  /** `at` = index of the guilty statement. */
  | { verdict: 'refused'; at: number; message: string }
  /** It needs a topic or schema that is not there yet: nothing behind `at` could be looked at. */
  | { verdict: 'unknown'; at: number; message: string };

/**
 * Has the server validate statements in their order without running any. The server validates a whole request before it
 * runs the first statement; the last one asks for a query that nobody has, so the request is always refused, and when
 * that one is what is refused, all before it are good. Not found out: what the schema registry will say, and ASSERT.
 * Never give it DELETE TOPIC or connectors: those act while they are validated.
 */
export const dryRun = async (client: KsqlDbClient, statements: readonly Rehearsed[], signal: AbortSignal): Promise<Rehearsal> => {
  if (statements.length === 0) return { verdict: 'accepted' };
  let error = await refusalOf(client, statements, signal);
  if (error === undefined) return { verdict: 'accepted' };
  // Neither a generic error nor a 50000 names the statement: the shortest beginning that is refused ends with it.
  let good = 0;
  let bad = statements.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const refusal = await refusalOf(client, statements.slice(0, middle), signal);
    if (refusal === undefined) good = middle;
    else [bad, error] = [middle, refusal];
  }
  return { verdict: needsEarlierSteps(error) ? 'unknown' : 'refused', at: bad - 1, message: shortMessage(error.message) };
};

const refusalOf = async (client: KsqlDbClient, statements: readonly Rehearsed[], signal: AbortSignal): Promise<KsqlError | undefined> => {
  const poison = `EXPLAIN "__dry_run_${randomUUID()}";`;
  const answer = await client.ask(`${oneSession(statements)}\n${poison}`, {}, signal);
  if (!('error' in answer))
    throw new Failure('SystemRefused', `ksqlDB at ${client.endpoint} ran a rehearsal, which must never happen: look at what is there`);
  const { error } = answer;
  if (error.statementText === poison && error.message.includes('does not exist')) return undefined;
  if (isTransient(error))
    throw new Failure('SystemUnavailable', `ksqlDB at ${client.endpoint} answered ${error.code}: ${shortMessage(error.message)}`);
  return error;
};

/** Statements with different sessions in one request: SET and DEFINE bring each what it needs. */
const oneSession = (statements: readonly Rehearsed[]): string => {
  let properties: Record<string, string> = {};
  let variables: Record<string, string> = {};
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const lines = statements.flatMap(({ sql, statement: { properties: wanted, variables: known } }) => {
    // Only what it names: nothing of the others can then be in its way.
    const named = referencesIn(sql);
    const used = Object.fromEntries(Object.entries(known).filter(([name]) => named.includes(name)));
    const changes = [
      ...Object.keys(properties).flatMap((key) => (key in wanted ? [] : [`UNSET ${text(key)};`])),
      ...Object.entries(wanted).flatMap(([key, value]) => (properties[key] === value ? [] : [`SET ${text(key)}=${text(value)};`])),
      ...Object.keys(variables).flatMap((name) => (name in used ? [] : [`UNDEFINE ${name};`])),
      ...Object.entries(used).flatMap(([name, value]) => (variables[name] === value ? [] : [`DEFINE ${name}=${text(value)};`])),
    ];
    [properties, variables] = [wanted, used];
    return [...changes, sql];
  });
  return lines.join('\n');
};
