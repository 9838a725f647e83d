import { unquoted, type Token } from './lexer.js';
import { connectors, mayBeSet } from './session-options.js';
import { isStatementSet, leadingWords, readName, splitStatements, type Fault, type Statement } from './statement.js';
import { readTable, type TableDefinition } from './table.js';

/** A statement that prepares the session and runs nothing. */
export interface SessionStatement extends Statement {
  kind: 'set' | 'table' | 'view' | 'function';
  /** What it defines; `undefined` for SET. */
  name?: string;
  table?: TableDefinition;
}

/** A statement that becomes one job. */
export interface InsertStatement extends Statement {
  kind: 'insert';
  sinks: string[];
}

export interface Script {
  /** In the order of the files and lines. */
  statements: (SessionStatement | InsertStatement)[];
  faults: Fault[];
}

/** Reads the files of an application in their order and refuses what does not belong into a deployed script. Pure. */
export function readScript(files: { path: string; source: string }[]): Script {
  const script: Script = { statements: [], faults: [] };
  for (const { path, source } of files) {
    const { statements, faults } = splitStatements(path, source);
    script.faults.push(...faults);
    for (const statement of statements) {
      const read = readStatement(statement);
      if ('refused' in read) script.faults.push({ ...read.refused, file: path, line: statement.line });
      else script.statements.push(read.statement);
      script.faults.push(...misplacedVariables(statement));
    }
  }
  if (script.faults.length === 0 && script.statements.every(({ kind }) => kind !== 'insert'))
    script.faults.push({
      rule: 'no-job',
      message: 'the script holds no INSERT INTO: there is nothing to run',
      file: files[0]?.path ?? '',
      line: 1,
    });
  return script;
}

type Reading = { statement: SessionStatement | InsertStatement } | { refused: { rule: string; message: string; hint?: string } };
const refuse = (message: string, hint?: string): Reading => ({ refused: { rule: 'statement', message, ...(hint ? { hint } : {}) } });

function readStatement(statement: Statement): Reading {
  const { tokens } = statement;
  const words = (count: number): string => leadingWords(tokens, count);
  if (words(1) === 'SET') return readOption(statement);
  if (words(2) === 'INSERT INTO') return { statement: { ...statement, kind: 'insert', sinks: [readName(tokens, 2).parts.join('.')] } };
  if (isStatementSet(tokens)) return readStatementSet(statement);
  if (words(2) === 'CREATE TEMPORARY') return readCreate(statement);
  return refuse(`${words(2)} does not belong into a deployed script`, hintFor(words(1)));
}

function readOption(statement: Statement): Reading {
  const [, key, equals, value] = statement.tokens;
  if (statement.tokens.length !== 4 || key?.kind !== 'string' || equals?.text !== '=' || value?.kind !== 'string')
    return refuse('SET takes a key and a value in single quotes', "SET 'key' = 'value';");
  if (!mayBeSet(unquoted(key))) return refuse(`SET ${key.text}: this option belongs to the platform`, 'Ask for it in the environment.');
  return { statement: { ...statement, kind: 'set' } };
}

/** `EXECUTE STATEMENT SET BEGIN insert; insert; END`: one job with several sinks. */
function readStatementSet(statement: Statement): Reading {
  const { tokens } = statement;
  const sinks: string[] = [];
  for (let start = 4; start < tokens.length - 1;) {
    if (leadingWords(tokens.slice(start), 2) !== 'INSERT INTO') return refuse('a statement set holds INSERT INTO statements only');
    sinks.push(readName(tokens, start + 2).parts.join('.'));
    const end = tokens.findIndex(({ kind, text }, index) => index > start && kind === 'symbol' && text === ';');
    if (end === -1) return refuse('each INSERT INTO of a statement set ends with ;');
    start = end + 1;
  }
  return sinks.length === 0 ? refuse('the statement set is empty') : { statement: { ...statement, kind: 'insert', sinks } };
}

function readCreate(statement: Statement): Reading {
  const { tokens } = statement;
  const upper = tokens.map((token) => (token.kind === 'word' ? token.text.toUpperCase() : ''));
  const at = (index: number): number => afterIfNotExists(tokens, index);
  if (upper[2] === 'TABLE') {
    const table = definedTable(tokens);
    const connector = table.options.get('connector');
    if (connector !== undefined && !connectors.includes(connector))
      return refuse(`connector ${connector} is not allowed`, `Allowed are ${connectors.join(', ')}.`);
    if (connector === undefined && !upper.includes('LIKE')) return refuse(`table ${table.name} names no connector`);
    return { statement: { ...statement, kind: 'table', name: table.name, table } };
  }
  if (upper[2] === 'VIEW') return { statement: { ...statement, kind: 'view', name: readName(tokens, at(3)).parts.join('.') } };
  const isSystem = upper[2] === 'SYSTEM';
  if (upper[isSystem ? 3 : 2] === 'FUNCTION') {
    if (upper.includes('USING')) return refuse('a function brings no jar of its own', 'The platform installs jars on the cluster.');
    return { statement: { ...statement, kind: 'function', name: readName(tokens, at(isSystem ? 4 : 3)).parts.join('.') } };
  }
  return refuse(`CREATE TEMPORARY ${upper[2] ?? ''} does not belong into a deployed script`);
}

/** The table of a `CREATE TEMPORARY TABLE [IF NOT EXISTS] name ...`. */
export const definedTable = (tokens: Token[]): TableDefinition => readTable(tokens, afterIfNotExists(tokens, 3));

const afterIfNotExists = (tokens: Token[], index: number): number =>
  leadingWords(tokens.slice(index), 3) === 'IF NOT EXISTS' ? index + 3 : index;

function hintFor(word: string): string | undefined {
  if (word === 'CREATE') return 'Write CREATE TEMPORARY ...: the definitions live in the session of the job and leave nothing behind.';
  if (word === 'SELECT' || word === 'WITH') return 'Write INSERT INTO <table> SELECT ...: a query that nobody reads runs nowhere.';
  if (['DROP', 'STOP', 'ALTER', 'DELETE', 'TRUNCATE', 'UPDATE'].includes(word))
    return 'Steward starts, replaces and stops the jobs by itself.';
  return undefined;
}

function misplacedVariables({ tokens, file }: Statement): Fault[] {
  const opens = (token: Token, index: number): boolean =>
    token.kind === 'word' && token.text.endsWith('$') && tokens[index + 1]?.text === '{' && tokens[index + 1]?.start === token.end;
  return tokens
    .filter((token, index) => opens(token, index) || (token.kind === 'identifier' && token.text.includes('${')))
    .map(({ line }) => ({
      rule: 'variable',
      message: 'variables are filled in inside of single quotes only',
      file,
      line,
    }));
}
