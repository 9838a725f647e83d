import { Failure } from '../../../lifecycle/failures.js';
import { StatementError, type GatewaySession } from './gateway.js';
import { withRegisteredSchema } from './registered-schema.js';
import type { SessionStatement } from './script.js';
import type { Statement } from './statement.js';
import type { FlinkStep, Job } from './step.js';

/**
 * Defines in a session what a job needs.
 * @param options what is defined in the session already, and of which subjects the schemas are those that there will be (default: of all)
 */
export async function prepare(
  session: GatewaySession,
  job: Job,
  { registry }: FlinkStep,
  options: { defined?: Set<string>; isSettled?: (subject: string) => boolean } = {},
): Promise<void> {
  const { defined = new Set(), isSettled } = options;
  for (const statement of job.session) {
    const code = isSink(job, statement) ? await withRegisteredSchema(statement, registry, isSettled) : statement.code;
    if (defined.has(code)) continue;
    await located(statement, 0, () => session.execute(code));
    defined.add(code);
  }
}

/** Looks whether each sink finds its registered schema. Throws `StatementRefused`. */
export async function checkSchemas(job: Job, { registry }: FlinkStep): Promise<void> {
  for (const statement of job.session) if (isSink(job, statement)) await withRegisteredSchema(statement, registry);
}

const isSink = ({ insert }: Job, { table }: SessionStatement): boolean => table !== undefined && insert.sinks.includes(table.name);

/** Lets the server read and plan a job without running it: syntax, tables, columns, types. A statement set is explained without its EXECUTE. */
export const explain = (session: GatewaySession, { insert }: Job): Promise<unknown> =>
  located(insert, 1, () => session.execute(`EXPLAIN\n${insert.code.replace(/^EXECUTE\b/i, '')}`));

export const submit = (session: GatewaySession, { insert }: Job, options: { [key: string]: string }): Promise<void> =>
  located(insert, 0, () => session.submit(insert.code, options));

/** Turns what the server says about a statement into `StatementRefused` with file and line. `before` = lines sent before the statement's own. */
async function located<T>(statement: Statement, before: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const inside = error.line ?? before + 1;
    const line = statement.line + Math.max(0, inside - before - 1);
    throw new Failure('StatementRefused', `${statement.file}:${line}: ${error.message}`, {
      cause: error,
      details: { file: statement.file, line, message: error.message },
    });
  }
}
