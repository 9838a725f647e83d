import type { Finding } from '../../../descriptors/finding.js';
import { isWord, literal, position, tokens } from './lexer.js';
import type { Token } from './lexer.js';
import { inDependencyOrder } from './graph.js';
import { label, shapeOf } from './statement.js';
import type { Statement } from './statement.js';
import { filled, openIn, referencesIn } from './variables.js';

export interface Script {
  statements: Statement[];
  /** What is wrong with the text itself, with line numbers. Empty for a good script. */
  findings: Finding[];
}

/** One file of a script; several files are one script, in their order. */
export interface Source {
  /** Path inside the bundle; left out = written in the descriptor itself. */
  file?: string;
  text: string;
}

/** What SET and DEFINE have made so far: the properties and variables that a request carries along. */
export interface Session {
  properties: Record<string, string>;
  variables: Record<string, string>;
  /** Variables whose values earlier steps put out. */
  late: string[];
}

/**
 * The session with one variable more. References in its value are filled at once, as the server does; one that is open, or that an
 * earlier step puts out, makes the variable one of those, too.
 */
export const define = (session: Session, name: string, value: string): Session => {
  const { variables, late } = session;
  const isLate = openIn(value, variables).length > 0 || referencesIn(value).some((other) => late.includes(other));
  return {
    ...session,
    variables: { ...variables, [name]: filled(value, variables) },
    late: [...late.filter((other) => other !== name), ...(isLate ? [name] : [])],
  };
};

/**
 * Reads the files of a script in their order; the session of one goes on in the next. The statements come in an order in which each
 * follows what it needs.
 */
export const readScript = (sources: Source[], session: Session = { properties: {}, variables: {}, late: [] }): Script => {
  const script: Script = { statements: [], findings: [] };
  for (const source of sources) {
    const read = readFile(source, session, script.statements.length);
    session = read.session;
    script.statements.push(...read.statements);
    script.findings.push(...read.findings);
  }
  const { ordered, circle } = inDependencyOrder(script.statements);
  if (circle.length === 0) return { ...script, statements: ordered };
  return { ...script, findings: [...script.findings, circular(circle)] };
};

const circular = (circle: Statement[]): Finding => {
  const [first] = circle;
  const file = first?.file === undefined ? {} : { file: first.file };
  const message = `None of these can come first, each waits for one of the others or for one behind an ASSERT: ${circle.map(label).join('; ')}.`;
  return { rule: 'ksqldb/circle', severity: 'error', pointer: '', message, line: first!.line, ...file };
};

/**
 * Reads one file: splits it into statements and folds SET, UNSET, DEFINE and UNDEFINE into each statement's
 * `properties` and `variables`, because their effect ends with a request and each statement is sent in one of its own.
 * Never throws: faults are findings (`file` names the script, `pointer` is empty).
 */
const readFile = ({ file, text }: Source, session: Session, before: number): Script & { session: Session } => {
  const statements: Statement[] = [];
  const findings: Finding[] = [];

  const fault = (rule: string, at: Token, message: string, hint?: string): void => {
    const { line, column } = position(text, at.start);
    findings.push({
      rule: `ksqldb/${rule}`,
      severity: 'error',
      pointer: '',
      message: `${file ?? 'script'}:${line}:${column}: ${message}.`,
      line,
      ...(hint === undefined ? {} : { hint }),
      ...(file === undefined ? {} : { file }),
    });
  };

  for (const { parts, end } of split(tokens(text))) {
    const first = parts[0]!;
    for (const token of parts.filter(({ type }) => type === 'illegal')) fault('character', token, `${illegal(token)} is not ksqlDB SQL`);
    for (const token of parts.filter(({ type, text: name }) => type === 'quoted' && name.includes('${')))
      fault(
        'quoted-variable',
        token,
        'a variable is not filled in inside of a quoted name',
        'Put the whole name into the variable, quotes too.',
      );
    if (parts.length === 1 && end !== undefined && first === end) {
      fault('empty-statement', first, 'a ; without a statement before it is refused by ksqlDB', 'Remove the ;.');
      continue;
    }
    if (end === undefined) fault('unfinished', first, 'the statement is not ended by a ;', 'End every statement with ;, the last one too.');
    const body = end === undefined ? parts : parts.slice(0, -1);

    const change = sessionStatement(body);
    if (change === 'malformed')
      fault('session', first, `${first.text.toUpperCase()} is not complete`, "SET 'key' = 'value'; DEFINE name = 'value';");
    else if (change !== undefined) session = change(session);
    if (change !== undefined) continue;

    const shape = shapeOf(body, session.variables);
    if (shape.type === 'refused') fault(shape.rule, first, shape.message, 'Remove the statement from the script.');
    const { line, column } = position(text, first.start);
    const sql = withoutComments(text, parts) + (end === undefined ? ';' : '');
    const index = before + statements.length + 1;
    statements.push({ index, ...(file === undefined ? {} : { file }), line, column, text: sql, tokens: body, shape, ...session });
  }
  return { statements, findings, session };
};

const illegal = (token: Token): string =>
  token.text.length === 1
    ? `the character U+${token.text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    : `${token.text.slice(0, 2).startsWith('/*') ? 'a comment' : 'a quotation'} that is never closed`;

/** Groups of tokens up to and with their `;`. */
function* split(all: Token[]): Generator<{ parts: Token[]; end: Token | undefined }> {
  let parts: Token[] = [];
  for (const token of all) {
    parts.push(token);
    if (token.type !== 'symbol' || token.text !== ';') continue;
    yield { parts, end: token };
    parts = [];
  }
  if (parts.length > 0) yield { parts, end: undefined };
}

/** The text of the tokens with what lies between them, comments blanked out: lines and columns stay what they were. */
const withoutComments = (text: string, parts: Token[]): string =>
  parts.map((token, at) => (at === 0 ? '' : text.slice(parts[at - 1]!.end, token.start).replace(/[^\s]/g, ' ')) + token.text).join('');

/** What SET, UNSET, DEFINE or UNDEFINE does to the session; undefined for any other statement. */
const sessionStatement = (body: Token[]): ((session: Session) => Session) | 'malformed' | undefined => {
  const [first, name, equals, value] = body;
  const without = (record: Record<string, string>, key: string) =>
    Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
  if (isWord(first, 'SET')) {
    if (body.length !== 4 || name?.type !== 'string' || equals?.text !== '=' || value?.type !== 'string') return 'malformed';
    return (session) => {
      const [key, set] = [name, value].map((token) => filled(literal(token), session.variables)) as [string, string];
      return { ...session, properties: { ...session.properties, [key]: set } };
    };
  }
  if (isWord(first, 'UNSET')) {
    if (body.length !== 2 || name?.type !== 'string') return 'malformed';
    return (session) => ({ ...session, properties: without(session.properties, filled(literal(name), session.variables)) });
  }
  if (isWord(first, 'DEFINE')) {
    if (body.length !== 4 || name?.type !== 'word' || equals?.text !== '=' || value?.type !== 'string') return 'malformed';
    return (session) => define(session, name.text, literal(value));
  }
  if (isWord(first, 'UNDEFINE')) {
    if (body.length !== 2 || name?.type !== 'word') return 'malformed';
    return (session) => ({ ...session, variables: without(session.variables, name.text) });
  }
  return undefined;
};
