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
import { withoutState, type WithoutState } from './without-state.js';

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
  /** What becomes of it where the state of the job before it does not fit. */
  without: WithoutState;
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
      without: withoutState(needed, statement),
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
