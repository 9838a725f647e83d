import { createHash } from 'node:crypto';
import type { Digest } from '../../../lifecycle/digest.js';
import { identifier, isWord, literal } from './lexer.js';
import type { Token } from './lexer.js';
import { filled, openIn, valueOf } from './variables.js';

/** What a statement declares. `refused` ones have no place in a data product's script; `message` says why. */
export type Shape =
  | { type: 'create'; object: 'STREAM' | 'TABLE'; name: string; query: boolean; topic?: string; format?: string; schemaId?: string }
  | { type: 'insert'; target: string; queryId?: string }
  | { type: 'assert' }
  | { type: 'refused'; rule: string; message: string };

export interface Statement {
  /** First = 1. Statements that only set the session (SET, DEFINE, ...) are not counted. */
  index: number;
  /** Path inside the bundle. */
  file?: string;
  line: number;
  column: number;
  /** As written, without comments, with its `;`. */
  text: string;
  tokens: Token[];
  shape: Shape;
  /** What SET left behind up to here. */
  properties: Record<string, string>;
  /** What DEFINE left behind up to here. */
  variables: Record<string, string>;
  /** Those variables whose values earlier steps put out. */
  late: string[];
}

/** How people find a statement: `statement 3 (line 14): INSERT INTO TRIP_POSITIONS`. */
export const label = ({ index, file, line, shape }: Statement): string =>
  `statement ${index} (${file ?? 'line '}${file ? ':' : ''}${line}): ${subject(shape)}`;

/** What a statement is about, in the words of ksqlDB. */
export const subject = (shape: Shape): string => {
  switch (shape.type) {
    case 'create':
      return `${shape.object} ${shape.name}`;
    case 'insert':
      return `INSERT INTO ${shape.target}`;
    case 'assert':
      return 'ASSERT';
    case 'refused':
      return shape.rule;
  }
};

/** True for what reads as long as it is there. */
export const isQuery = ({ shape }: Pick<Statement, 'shape'>): boolean =>
  shape.type === 'insert' || (shape.type === 'create' && shape.query);

/** Where the script says that a query begins; undefined = it leaves that to the server, whose own default is `latest`. */
export const offsetResetOf = ({ properties }: Pick<Statement, 'properties'>): string | undefined =>
  properties['auto.offset.reset'] ?? properties['ksql.streams.auto.offset.reset'];

/**
 * Digest of what a statement means: layout, comments, letter case of keywords, OR REPLACE and IF NOT EXISTS do not
 * count. Values that earlier steps put out do not count either (they are unknown while a plan is made), nor do
 * properties: they act when a query is created, and a running one keeps its own.
 */
export const statementDigest = ({ tokens, text, variables, late }: Statement): Digest => {
  const words = withoutExistence(tokens).map((token) => (token.type === 'word' ? token.text.toUpperCase() : token.text));
  const used = Object.entries(variables).filter(([name]) => text.includes(`\${${name}}`) && !late.includes(name));
  const meaning = JSON.stringify([words, used.sort(([a], [b]) => (a < b ? -1 : 1))]);
  return `sha256:${createHash('sha256').update(meaning).digest('hex')}`;
};

/** Whether something exists is decided from the server's state: what the script says about it is left out. */
const withoutExistence = (tokens: Token[]): Token[] =>
  tokens.filter(
    (token, at) =>
      !(isWord(token, 'OR') && isWord(tokens[at - 1], 'CREATE')) &&
      !(isWord(token, 'REPLACE') && isWord(tokens[at - 1], 'OR') && isWord(tokens[at - 2], 'CREATE')) &&
      !(isWord(token, 'IF') && isWord(tokens[at + 1], 'NOT') && isWord(tokens[at + 2], 'EXISTS')) &&
      !(isWord(token, 'NOT') && isWord(tokens[at - 1], 'IF')) &&
      !(isWord(token, 'EXISTS') && isWord(tokens[at - 1], 'NOT') && isWord(tokens[at - 2], 'IF')),
  );

/** The variables that a statement or its properties name and nobody has set. */
export const undefinedVariables = ({ tokens, variables, properties }: Statement): string[] => {
  const written = tokens.flatMap(({ type, text }) => (type === 'variable' || type === 'string' || type === 'quoted' ? [text] : []));
  return [...new Set([...written, ...Object.values(properties)].flatMap((text) => openIn(text, variables)))];
};

/** The text that creates, or that replaces in place. IF NOT EXISTS goes: it compares nothing, yet makes topics and schemas. */
export const createText = (statement: Statement, how: 'create' | 'replace'): string => {
  const kept = withoutExistence(statement.tokens);
  const origin = statement.tokens[0]!.start;
  const [first, second] = kept;
  const head = how === 'replace' ? 'CREATE OR REPLACE ' : 'CREATE ';
  if (first === undefined || second === undefined) return statement.text;
  const name = kept[2]!;
  const object = `${second.text} `;
  return head + object + statement.text.slice(name.start - origin);
};

/** `VALUE_SCHEMA_ID = ${...}`, with one of the commas beside it. */
const OPEN_SCHEMA_ID = /,\s*VALUE_SCHEMA_ID\s*=\s*\$\{[^}]*\}|VALUE_SCHEMA_ID\s*=\s*\$\{[^}]*\}\s*,/i;

/**
 * The text of a sink without the id of a schema that nobody has given yet: what is left can be tried. Undefined where something else is
 * open, too, where it is the only property, or where the columns come from that schema.
 */
export const withoutOpenSchema = ({ shape, ...statement }: Statement, sql: string): string | undefined => {
  const open = undefinedVariables({ shape, ...statement });
  if (open.length === 0) return sql;
  if (shape.type !== 'create' || !shape.query || open.length > 1 || shape.schemaId !== `\${${open[0]!}}`) return undefined;
  const left = sql.replace(OPEN_SCHEMA_ID, '');
  return left.includes(shape.schemaId) ? undefined : left;
};

/** Reads what a statement is from its tokens (without the closing `;`). `variables` are those that DEFINE set. */
export const shapeOf = (tokens: Token[], variables: Record<string, string>): Shape => {
  const [first, second, third] = tokens;
  if (isWord(first, 'CREATE')) return createShape(tokens, variables);
  if (isWord(first, 'INSERT')) return insertShape(tokens, variables);
  if (isWord(first, 'ASSERT') && isWord(second, 'TOPIC', 'SCHEMA', 'NOT')) return { type: 'assert' };
  if (isWord(first, 'TERMINATE') && isWord(second, 'CLUSTER'))
    return refused('terminate-cluster', 'TERMINATE CLUSTER ends the whole ksqlDB cluster with the queries of everybody');
  if (isWord(first, 'SELECT', 'PRINT')) return refused('query', 'SELECT and PRINT only read: they deploy nothing');
  if (isWord(first, 'RUN') || isWord(first, 'SPOOL')) return refused('cli', 'RUN SCRIPT and SPOOL exist in the ksqlDB command line only');
  if (isWord(first, 'DROP') && tokens.some((token, at) => isWord(token, 'DELETE') && isWord(tokens[at + 1], 'TOPIC')))
    return refused('delete-topic', 'DROP ... DELETE TOPIC deletes records and schemas, on some versions even while it is only validated');
  if (isWord(first, 'DROP', 'TERMINATE', 'PAUSE', 'RESUME', 'ALTER'))
    return refused('imperative', `${first?.text.toUpperCase()} is decided by Steward: a script declares only what shall be there`);
  if (isWord(first, 'LIST', 'SHOW', 'DESCRIBE', 'EXPLAIN'))
    return refused('read', `${first?.text.toUpperCase()} only reads: it deploys nothing`);
  return refused('unknown', `a statement cannot begin with ${[first, second, third].flatMap((token) => token?.text ?? []).join(' ')}`);
};

const refused = (rule: string, message: string): Shape => ({ type: 'refused', rule, message });

const createShape = (all: Token[], variables: Record<string, string>): Shape => {
  if (all.slice(0, 4).some((token) => isWord(token, 'CONNECTOR')))
    return refused('connector', 'connectors belong to Kafka Connect: even a dry run of the statement would contact it');
  const tokens = withoutExistence(all);
  if (isWord(tokens[1], 'TYPE')) return refused('type', 'CREATE TYPE makes a type for the whole cluster: write the STRUCT out instead');
  if (isWord(tokens[1], 'SOURCE'))
    return refused(
      'source',
      'CREATE SOURCE makes a read-only stream or table, which ksqlDB replaces in no way: leave SOURCE out, and make a table AS SELECT of it for those who look up keys',
    );
  const object = tokens[1];
  if (!isWord(object, 'STREAM', 'TABLE'))
    return refused('unknown', `CREATE ${object?.text ?? ''} is not known: CREATE [OR REPLACE] STREAM or TABLE is`);
  const name = sourceName(tokens[2], variables);
  if (name === undefined)
    return refused('name', 'the name behind CREATE STREAM or TABLE is missing, or uses a variable that is not defined');
  const top = topLevel(tokens);
  const query = top.some((at) => isWord(tokens[at], 'AS'));
  const topic = withProperty(tokens, top, 'KAFKA_TOPIC', variables);
  const format = (withProperty(tokens, top, 'VALUE_FORMAT', variables) ?? withProperty(tokens, top, 'FORMAT', variables))?.toUpperCase();
  const schemaId = withProperty(tokens, top, 'VALUE_SCHEMA_ID', variables);
  return {
    type: 'create',
    object: object!.text.toUpperCase() as 'STREAM' | 'TABLE',
    name,
    query,
    ...(topic === undefined ? {} : { topic }),
    ...(format === undefined ? {} : { format }),
    ...(schemaId === undefined ? {} : { schemaId }),
  };
};

const insertShape = (tokens: Token[], variables: Record<string, string>): Shape => {
  const top = topLevel(tokens);
  if (top.some((at) => isWord(tokens[at], 'VALUES')))
    return refused('insert-values', 'INSERT ... VALUES writes a record each time it runs: records come from producers');
  const target = isWord(tokens[1], 'INTO') ? sourceName(tokens[2], variables) : undefined;
  if (target === undefined) return refused('name', 'INSERT INTO needs the name of a stream');
  const queryId = withProperty(tokens, top, 'QUERY_ID', variables);
  return { type: 'insert', target, ...(queryId === undefined ? {} : { queryId: queryId.toUpperCase() }) };
};

/** The stream or table that a token names, variables filled in; undefined for anything else, and for a variable that is not known. */
export const sourceName = (token: Token | undefined, variables: Record<string, string>): string | undefined => {
  if (token?.type === 'word' || token?.type === 'quoted') return identifier(token);
  if (token?.type !== 'variable') return undefined;
  const value = valueOf(variables, token.text.slice(token.text.indexOf('{') + 1, -1));
  return value === undefined ? undefined : /^[`"].*[`"]$/.test(value) ? value.slice(1, -1) : value.toUpperCase();
};

/** Indexes of the tokens outside of every bracket. */
const topLevel = (tokens: Token[]): number[] => {
  let depth = 0;
  return tokens.flatMap((token, at) => {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    return depth === 0 ? [at] : [];
  });
};

/** The value of a property in the statement's `WITH (...)`, variables filled in. */
const withProperty = (tokens: Token[], top: number[], property: string, variables: Record<string, string>): string | undefined => {
  const at = top.find((index) => isWord(tokens[index], 'WITH') && tokens[index + 1]?.text === '(');
  if (at === undefined) return undefined;
  const close = top.find((index) => index > at + 1 && tokens[index]?.text === ')') ?? tokens.length;
  const found = tokens.findIndex(
    (token, index) => index > at && index < close && isWord(token, property) && tokens[index + 1]?.text === '=',
  );
  const value = found < 0 ? undefined : tokens[found + 2];
  if (value === undefined) return undefined;
  return filled(value.type === 'string' ? literal(value) : value.text, variables);
};
