import { isWord } from './lexer.js';
import { sourceName } from './statement.js';
import type { Statement } from './statement.js';

/** The streams and tables that a statement cannot do without: what it reads, and what an INSERT INTO writes to. */
export const needs = ({ tokens, shape, variables }: Statement): Set<string> => {
  const read = tokens.flatMap((token, at) => (isWord(tokens[at - 1], 'FROM', 'JOIN') ? (sourceName(token, variables) ?? []) : []));
  return new Set(shape.type === 'insert' ? [...read, shape.target] : read);
};

/** What a statement makes for others to read. */
const makes = ({ shape }: Statement): string | undefined => (shape.type === 'create' ? shape.name : undefined);

/**
 * Statements in an order in which each comes after what it needs; the order of the script wherever that allows it. An ASSERT stays where
 * it is: it guards what comes after it. `circle`: those that need each other, the first of them first; they are left out of `ordered`.
 */
export const inDependencyOrder = (statements: readonly Statement[]): { ordered: Statement[]; circle: Statement[] } => {
  const ordered: Statement[] = [];
  const made = new Set<string>();
  let section = 0;
  const sections = statements.map((statement) => (statement.shape.type === 'assert' ? ++section : section));
  const makers = new Map(
    statements.flatMap((statement) => (makes(statement) === undefined ? [] : [[makes(statement)!, statement] as const])),
  );
  const waits = (statement: Statement): boolean =>
    [...needs(statement)].some((name) => makers.has(name) && makers.get(name) !== statement && !made.has(name));
  for (let now = 0; now <= section; now += 1) {
    let open = statements.filter((_, at) => sections[at] === now);
    while (open.length > 0) {
      const next = open.find((statement) => !waits(statement));
      if (next === undefined) return { ordered, circle: open };
      ordered.push(next);
      const name = makes(next);
      if (name !== undefined) made.add(name);
      open = open.filter((statement) => statement !== next);
    }
  }
  return { ordered, circle: [] };
};

/** Of these statements all that cannot stay when the named streams and tables are dropped: what reads or writes them, and what reads that. */
export const dependants = (statements: readonly Statement[], names: Iterable<string>): Set<Statement> => {
  const gone = new Set(names);
  const found = new Set<Statement>();
  for (let grows = true; grows;) {
    grows = false;
    for (const statement of statements) {
      if (found.has(statement) || ![...needs(statement)].some((name) => gone.has(name))) continue;
      found.add(statement);
      const name = makes(statement);
      if (name !== undefined) gone.add(name);
      grows = true;
    }
  }
  return found;
};
