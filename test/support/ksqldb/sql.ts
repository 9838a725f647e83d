/** The stand-in's own reading of SQL, kept apart from the executor's so that one fault cannot hide in both. */

/** Splits a request into statements as the server does, its trap with a bare `--` included. */
export const splitSql = (sql: string): string[] => {
  const statements: string[] = [];
  let current = '';
  let at = 0;
  while (at < sql.length) {
    const rest = sql.slice(at);
    const quoted = /^(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`)/.exec(rest)?.[0];
    // `--`, then any one character (a line break too), then the rest of that line.
    const comment = /^(?:--[^@][^\r\n]*|--@[^\r\n]*|--$|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
    const piece = quoted ?? comment ?? rest[0]!;
    at += piece.length;
    if (comment !== undefined && quoted === undefined) current += ' ';
    else if (piece === ';') {
      statements.push(`${current.trim()};`);
      current = '';
    } else current += piece;
  }
  if (current.trim() !== '') statements.push(current.trim());
  return statements;
};

/** The server's name for an identifier. */
export const nameOf = (written: string): string =>
  /^[`"]/.test(written) ? written.slice(1, -1).replace(/``/g, '`').replace(/""/g, '"') : written.toUpperCase();

const NAME = '(`[^`]+`|"[^"]+"|[A-Za-z_][\\w]*)';

export type Parsed =
  | { type: 'set' | 'unset' | 'define' | 'undefine'; key: string; value: string }
  | { type: 'list'; what: 'STREAMS' | 'TABLES' | 'QUERIES' | 'TOPICS'; extended: boolean }
  | { type: 'describe' | 'explain'; name: string }
  | {
      type: 'create';
      object: 'STREAM' | 'TABLE';
      name: string;
      replace: boolean;
      ifNotExists: boolean;
      columns: string[];
      properties: Record<string, string>;
      select?: Select;
    }
  | { type: 'insert'; target: string; queryId?: string; select: Select }
  | { type: 'values'; target: string }
  | { type: 'drop'; object: 'STREAM' | 'TABLE'; name: string; ifExists: boolean; deleteTopic: boolean }
  | { type: 'command'; verb: 'TERMINATE' | 'PAUSE' | 'RESUME'; id: string }
  | { type: 'alter'; object: 'STREAM' | 'TABLE'; name: string; columns: string[] }
  | { type: 'query' | 'connector' }
  | { type: 'assert'; topic: string }
  | { type: 'syntax' };

export interface Select {
  text: string;
  from: string[];
  columns: string[];
}

/** Reads one statement (with its `;`). What the recordings do not show is a syntax error. */
export const parseSql = (statement: string): Parsed => {
  if (!statement.endsWith(';')) return { type: 'syntax' };
  const text = statement.slice(0, -1).trim();
  const match = (pattern: RegExp): RegExpExecArray | null => pattern.exec(text);
  let found: RegExpExecArray | null;
  if ((found = match(/^SET\s+'([^']*)'\s*=\s*'([^']*)'$/i))) return { type: 'set', key: found[1]!, value: found[2]! };
  if ((found = match(/^UNSET\s+'([^']*)'$/i))) return { type: 'unset', key: found[1]!, value: '' };
  if ((found = match(/^DEFINE\s+(\w+)\s*=\s*'([^']*)'$/i))) return { type: 'define', key: found[1]!, value: found[2]! };
  if ((found = match(/^UNDEFINE\s+(\w+)$/i))) return { type: 'undefine', key: found[1]!, value: '' };
  if ((found = match(/^(?:LIST|SHOW)\s+(STREAMS|TABLES|QUERIES|TOPICS)(\s+EXTENDED)?$/i)))
    return { type: 'list', what: found[1]!.toUpperCase() as 'STREAMS', extended: found[2] !== undefined };
  if ((found = match(new RegExp(`^DESCRIBE\\s+${NAME}(\\s+EXTENDED)?$`, 'i')))) return { type: 'describe', name: nameOf(found[1]!) };
  if ((found = match(new RegExp(`^EXPLAIN\\s+${NAME}$`, 'i')))) return { type: 'explain', name: nameOf(found[1]!) };
  if ((found = match(new RegExp(`^DROP\\s+(STREAM|TABLE)\\s+(IF\\s+EXISTS\\s+)?${NAME}(\\s+DELETE\\s+TOPIC)?$`, 'i'))))
    return {
      type: 'drop',
      object: found[1]!.toUpperCase() as 'STREAM',
      name: nameOf(found[3]!),
      ifExists: !!found[2],
      deleteTopic: !!found[4],
    };
  if ((found = match(/^(TERMINATE|PAUSE|RESUME)\s+(\w+)$/i)))
    return { type: 'command', verb: found[1]!.toUpperCase() as 'PAUSE', id: found[2]!.toUpperCase() };
  if ((found = match(new RegExp(`^ALTER\\s+(STREAM|TABLE)\\s+${NAME}\\s+([\\s\\S]+)$`, 'i'))))
    return {
      type: 'alter',
      object: found[1]!.toUpperCase() as 'STREAM',
      name: nameOf(found[2]!),
      columns: topLevel(found[3]!).map((part) => column(part.replace(/^ADD\s+COLUMN\s+/i, ''))),
    };
  if (match(/^CREATE\s+(SOURCE|SINK)\s+CONNECTOR/i)) return { type: 'connector' };
  if (match(/^(SELECT|PRINT)\b/i)) return { type: 'query' };
  if ((found = match(/^ASSERT\s+TOPIC\s+['`]?([\w-]+)['`]?/i))) return { type: 'assert', topic: found[1]! };
  if ((found = match(new RegExp(`^INSERT\\s+INTO\\s+${NAME}\\s*(?:\\([^)]*\\))?\\s*VALUES`, 'i'))))
    return { type: 'values', target: nameOf(found[1]!) };
  if ((found = match(new RegExp(`^INSERT\\s+INTO\\s+${NAME}\\s*(?:WITH\\s*\\(([^)]*)\\))?\\s*(SELECT[\\s\\S]+)$`, 'i')))) {
    const queryId = properties(found[2] ?? '').QUERY_ID;
    return {
      type: 'insert',
      target: nameOf(found[1]!),
      ...(queryId === undefined ? {} : { queryId: queryId.toUpperCase() }),
      select: select(found[3]!),
    };
  }
  if (
    (found = match(new RegExp(`^CREATE\\s+(OR\\s+REPLACE\\s+)?(STREAM|TABLE)\\s+(IF\\s+NOT\\s+EXISTS\\s+)?${NAME}\\s*([\\s\\S]*)$`, 'i')))
  ) {
    let rest = found[5]!;
    let columns: string[] = [];
    if (rest.startsWith('(')) {
      const end = closing(rest);
      columns = topLevel(rest.slice(1, end)).map(column);
      rest = rest.slice(end + 1).trim();
    }
    let given: Record<string, string> = {};
    if (/^WITH\s*\(/i.test(rest)) {
      const open = rest.indexOf('(');
      const end = open + closing(rest.slice(open));
      given = properties(rest.slice(open + 1, end));
      rest = rest.slice(end + 1).trim();
    }
    const as = /^AS\s+(SELECT[\s\S]+)$/i.exec(rest)?.[1];
    if (rest !== '' && as === undefined) return { type: 'syntax' };
    return {
      type: 'create',
      object: found[2]!.toUpperCase() as 'STREAM',
      name: nameOf(found[4]!),
      replace: found[1] !== undefined,
      ifNotExists: found[3] !== undefined,
      columns,
      properties: given,
      ...(as === undefined ? {} : { select: select(as) }),
    };
  }
  return { type: 'syntax' };
};

const closing = (text: string): number => {
  let depth = 0;
  for (const [at, char] of [...text].entries()) {
    if (char === '(') depth += 1;
    if (char === ')' && --depth === 0) return at;
  }
  return text.length;
};

const topLevel = (text: string): string[] => {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if ('(<'.includes(char)) depth += 1;
    if (')>'.includes(char)) depth -= 1;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
};

/** `NAME TYPE [KEY]`, as the server words it. */
const column = (written: string): string => {
  const [, name, type] = new RegExp(`^${NAME}\\s+([\\s\\S]+)$`).exec(written) ?? [];
  const worded = (type ?? '')
    .toUpperCase()
    .replace(/\bVARCHAR\b/g, 'STRING')
    .replace(/\bINT\b/g, 'INTEGER')
    .replace(/\s+/g, ' ');
  return `\`${nameOf(name ?? written)}\` ${worded}`;
};

const properties = (written: string): Record<string, string> =>
  Object.fromEntries(
    topLevel(written).flatMap((pair) => {
      const [key, ...value] = pair.split('=');
      return key?.trim() ? [[key.trim().toUpperCase(), value.join('=').trim().replace(/^'|'$/g, '')]] : [];
    }),
  );

const select = (text: string): Select => {
  const from = [...text.matchAll(new RegExp(`\\b(?:FROM|JOIN)\\s+${NAME}`, 'gi'))].map((found) => nameOf(found[1]!));
  const list = /^SELECT\s+([\s\S]*?)\s+FROM\b/i.exec(text)?.[1] ?? '';
  const columns = topLevel(list).map((item) => nameOf(/(`[^`]+`|\w+|\*)\s*$/.exec(item)?.[1] ?? item));
  return { text: text.replace(/\s+/g, ' '), from, columns };
};
