import { createHash } from 'node:crypto';
import { Failure } from '../../../lifecycle/failures.js';
import type { Environment } from '../../../lifecycle/environment.js';
import type { Task } from '../../../lifecycle/task.js';
import type { BundleFiles } from '../deps.js';
import { unquoted } from './lexer.js';
import { definedTable, readScript, type InsertStatement, type Script, type SessionStatement } from './script.js';
import { sqlFiles } from './source-files.js';
import { normalised, type Fault } from './statement.js';
import { fillVariables, sqlVariables } from './variables.js';

/** One job that a script asks for. */
export interface WantedJob {
  /** The table it writes, several joined by `+`; with an ordinal when another job of the script writes the same. */
  sink: string;
  /** First 12 digits of the digest of all that decides what the job does. */
  digest: string;
  /** Statements of the session that must have run before, in order. */
  session: SessionStatement[];
  insert: InsertStatement;
  /** Consumer groups under which the job commits its offsets. */
  groups: string[];
  /** True when the job may keep more than the offsets of its sources: counts, newest rows, open windows, sides of a join. */
  stateful: boolean;
}

export interface Application {
  jobs: WantedJob[];
}

/** Makes jobs of a task's SQL. Throws `TemplateRefused` with every fault found. `task` has its placeholders resolved. */
export function readApplication(task: Task, files: BundleFiles, environment: Environment): Application {
  const script = readScript(sqlFiles(task, files));
  const variables = sqlVariables(environment, task.configurations);
  const faults: Fault[] = [...script.faults];
  const statements = script.statements.map((written) => {
    const { statement, unknown } = fillVariables(written, variables);
    for (const { name, line } of unknown)
      faults.push({
        rule: 'variable',
        message: `no value for \${${name}}`,
        hint: `Known are ${[...variables.keys()].sort().join(', ')}.`,
        file: written.file,
        line,
      });
    return statement.kind === 'table' ? { ...statement, table: definedTable(statement.tokens) } : statement;
  });
  if (faults.length)
    throw new Failure(
      'TemplateRefused',
      `${task.id}: ${faults.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('; ')}`,
      { details: faults },
    );
  return { jobs: jobsOf(statements) };
}

function jobsOf(statements: Script['statements']): WantedJob[] {
  const session: SessionStatement[] = [];
  const seen = new Map<string, number>();
  const jobs: WantedJob[] = [];
  for (const statement of statements) {
    if (statement.kind !== 'insert') {
      session.push(statement);
      continue;
    }
    const sinks = statement.sinks.join('+');
    const ordinal = (seen.get(sinks) ?? 0) + 1;
    seen.set(sinks, ordinal);
    const needed = closureOf(statement, session);
    jobs.push({
      sink: ordinal === 1 ? sinks : `${sinks}#${ordinal}`,
      digest: createHash('sha256')
        .update([...needed, statement].map(({ tokens }) => normalised(tokens)).join(';\n'))
        .digest('hex')
        .slice(0, 12),
      session: needed,
      insert: statement,
      groups: groupsOf([...needed, statement]),
      stateful: [...needed, statement].some(keepsState),
    });
  }
  return jobs;
}

/** The options set so far, and the tables, views and functions that a statement names, directly or through a view. */
function closureOf(insert: InsertStatement, session: SessionStatement[]): SessionStatement[] {
  const needed = new Set<SessionStatement>();
  const follow = (statement: InsertStatement | SessionStatement): void => {
    const names = new Set(statement.tokens.filter(({ kind }) => kind === 'word' || kind === 'identifier').map(unquoted));
    for (const candidate of session) {
      const isNamed = candidate.name !== undefined && names.has(candidate.name.split('.').at(-1)!);
      if (needed.has(candidate) || (candidate.kind !== 'set' && !isNamed)) continue;
      needed.add(candidate);
      follow(candidate);
    }
  };
  follow(insert);
  return session.filter((statement) => needed.has(statement));
}

/** Words that make a query remember rows. Too many rather than too few: one that is wrongly taken for stateful only asks for more care. */
const STATEFUL = new Set([
  'GROUP',
  'JOIN',
  'DISTINCT',
  'OVER',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'EXISTS',
  'MATCH_RECOGNIZE',
  'ORDER',
  'LIMIT',
  'WITHIN',
]);
const AGGREGATES = new Set([
  'COUNT',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'LISTAGG',
  'COLLECT',
  'FIRST_VALUE',
  'LAST_VALUE',
  'STDDEV_POP',
  'STDDEV_SAMP',
  'VAR_POP',
  'VAR_SAMP',
]);

function keepsState({ kind, tokens }: SessionStatement | InsertStatement): boolean {
  if (kind !== 'insert' && kind !== 'view') return false;
  return tokens.some(({ kind, text }) => kind === 'word' && (STATEFUL.has(text.toUpperCase()) || AGGREGATES.has(text.toUpperCase())));
}

/** Values of `properties.group.id`, in table options and in hints. */
function groupsOf(statements: (SessionStatement | InsertStatement)[]): string[] {
  const groups = statements.flatMap(({ tokens }) =>
    tokens.flatMap((token, index) => {
      const value = tokens[index + 2];
      return token.kind === 'string' && unquoted(token) === 'properties.group.id' && value?.kind === 'string' ? [unquoted(value)] : [];
    }),
  );
  return [...new Set(groups)].sort();
}
