import { unquoted, type Token } from './lexer.js';
import type { InsertStatement, SessionStatement } from './script.js';
import { leadingWords, readName } from './statement.js';
import { hintedOptions, lastPart, optionsOf } from './table-options.js';

/** What becomes of a job that has to start without the state of the one before it. */
export interface WithoutState {
  /** True when the job may keep more than the offsets of its sources: counts, newest rows, open windows, sides of a join. */
  stateful: boolean;
  /** True when each source goes on behind what its consumer group has committed, or has no position at all. */
  goesOn: boolean;
  /** Where its sources begin, in words, e.g. `from the committed offsets`. */
  begins: string;
}

/**
 * Pure, by the statements alone. A job counts as one without state only where that is certain: one SELECT of one source of insert-only
 * rows, with nothing but functions that look at one row. One that is wrongly taken for stateful only asks for more care.
 * @param needed what the session defines for the job, and the options that it sets
 */
export function withoutState(needed: SessionStatement[], insert: InsertStatement): WithoutState {
  const queries = [...needed.filter(({ kind }) => kind === 'view'), insert];
  const named = new Set(
    queries.flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'word' || kind === 'identifier').map(unquoted)),
  );
  const written = new Set(insert.sinks.map(lastPart));
  const relations = queries.map(relationOf);
  const sources = needed
    .filter(({ kind, name }) => kind === 'table' && named.has(lastPart(name!)))
    .filter(({ name }) => !written.has(lastPart(name!)) || relations.includes(lastPart(name!)))
    .map((source) => {
      const options = new Map(optionsOf(source, needed));
      for (const query of queries) for (const [option, value] of hintedOptions(query, source.name!)) options.set(option, value);
      return { options, ...beginningOf(options) };
    });
  const [source] = sources;
  const isCertain =
    sources.length === 1 &&
    hasOnlyInserts(source!.options) &&
    needed.every(({ kind, tokens }) => kind !== 'function' && !tokens.some((token) => STATEFUL_OPTIONS.has(unquoted(token)))) &&
    relations.every((name) => needed.some((each) => each.name !== undefined && lastPart(each.name) === name)) &&
    queries.every(looksAtOneRow);
  return {
    stateful: !isCertain,
    goesOn: sources.length > 0 && sources.every(({ goesOn }) => goesOn),
    begins: [...new Set(sources.map(({ begins }) => begins))].join(' and ') || 'from its beginning',
  };
}

/** Formats whose rows are never taken back or changed by a later one. */
const INSERT_ONLY = ['avro-confluent', 'avro', 'json', 'csv', 'raw', 'protobuf'];
const hasOnlyInserts = (options: Map<string, string>): boolean =>
  options.get('connector') === 'datagen' ||
  (options.get('connector') === 'kafka' && INSERT_ONLY.includes(options.get('value.format') ?? options.get('format') ?? ''));

const STATEFUL_OPTIONS = new Set(['table.exec.sink.upsert-materialize', 'table.exec.source.cdc-events-duplicate']);

/** Where a source begins that has no state. Flink's own defaults, where the options do not say. */
function beginningOf(options: Map<string, string>): Pick<WithoutState, 'goesOn' | 'begins'> {
  const connector = options.get('connector');
  if (connector === 'datagen')
    return [...options].some(([option, value]) => /^fields\..*\.kind$/.test(option) && value === 'sequence')
      ? { goesOn: false, begins: 'from the first number of its sequence' }
      : { goesOn: true, begins: 'with new random rows' };
  if (connector === 'upsert-kafka') return FIRST;
  if (connector !== 'kafka') return { goesOn: false, begins: 'from where its source begins' };
  const mode = options.get('scan.startup.mode') ?? 'group-offsets';
  if (mode === 'earliest-offset') return FIRST;
  if (mode === 'latest-offset') return { goesOn: false, begins: 'from the newest record, so that what came meanwhile is missed' };
  if (mode !== 'group-offsets') return { goesOn: false, begins: `from where its table says (${mode})` };
  const commits = options.has('properties.group.id') && options.get('properties.commit.offsets.on.checkpoint') !== 'false';
  return commits
    ? { goesOn: true, begins: 'from the committed offsets' }
    : { goesOn: false, begins: 'from where its consumer group says, under which it commits nothing' };
}
const FIRST = { goesOn: false, begins: 'from the first record, so that rows come a second time' };

/** What a query reads, where it reads one thing: the word behind its FROM. */
function relationOf({ tokens }: SessionStatement | InsertStatement): string | undefined {
  const from = tokens.findIndex((token) => isWord(token, 'FROM'));
  return from === -1 ? undefined : readName(tokens, from + 1).parts.at(-1);
}

/** True when a query is one SELECT that only leaves out, renames and computes, row by row. */
function looksAtOneRow({ tokens }: SessionStatement | InsertStatement): boolean {
  const select = tokens.findIndex((token) => isWord(token, 'SELECT'));
  const from = tokens.findIndex((token) => isWord(token, 'FROM'));
  if (select === -1 || from < select || tokens.filter((token) => isWord(token, 'SELECT', 'FROM')).length !== 2) return false;
  const query = tokens.slice(select);
  if (query.some((token) => isWord(token, ...REMEMBERING))) return false;
  if (query.some((token, at) => query[at + 1]?.text === '(' && isCall(token) && !isOneRowFunction(token))) return false;
  const { next } = readName(tokens, from + 1);
  // Behind the one relation may come a hint, a name and a condition; a comma would be a join.
  const hint = tokens[next]?.text === '/*+' ? tokens.findIndex(({ text }, at) => at > next && text === '*/') + 1 : next;
  const where = tokens.findIndex((token, at) => at >= hint && isWord(token, 'WHERE'));
  const alias = leadingWords(tokens.slice(hint, where === -1 ? undefined : where), 3);
  return alias === '' || /^(AS )?[^\s,()]+$/.test(alias);
}

const isWord = ({ kind, text }: Token, ...words: string[]): boolean => kind === 'word' && words.includes(text.toUpperCase());
const isCall = ({ kind }: Token): boolean => kind === 'word' || kind === 'identifier';
const isOneRowFunction = (token: Token): boolean => isWord(token, ...ONE_ROW);

/** Words that make a query remember rows, or read more than one source. */
const REMEMBERING = (
  'GROUP JOIN DISTINCT OVER UNION INTERSECT EXCEPT MINUS EXISTS MATCH_RECOGNIZE ORDER LIMIT FETCH OFFSET WITHIN HAVING WINDOW QUALIFY ' +
  'TABLE LATERAL UNNEST VALUES FOR'
).split(' ');

/** Functions of Flink that look at one row, and words that stand before a parenthesis and are no functions. An aggregate is in no such list. */
const ONE_ROW = (
  'AND OR NOT IN WHERE WHEN THEN ELSE CASE BETWEEN LIKE IS AS OPTIONS ' +
  'DECIMAL NUMERIC CHAR VARCHAR BINARY VARBINARY TIME TIMESTAMP TIMESTAMP_LTZ ROW ARRAY MAP ' +
  'CAST TRY_CAST COALESCE NULLIF IF IFNULL GREATEST LEAST TYPEOF ' +
  'ABS CEIL CEILING FLOOR ROUND TRUNCATE SIGN MOD POWER SQRT EXP LN LOG LOG2 LOG10 SIN COS TAN ASIN ACOS ATAN ATAN2 RADIANS DEGREES ' +
  'UPPER LOWER TRIM LTRIM RTRIM BTRIM CONCAT CONCAT_WS SUBSTRING SUBSTR LEFT RIGHT REPLACE REGEXP_REPLACE REGEXP_EXTRACT REGEXP REPEAT ' +
  'REVERSE CHAR_LENGTH CHARACTER_LENGTH LPAD RPAD INITCAP POSITION LOCATE INSTR SPLIT_INDEX STR_TO_MAP ASCII CHR ENCODE DECODE OVERLAY ' +
  'TO_BASE64 FROM_BASE64 HEX BIN MD5 SHA1 SHA224 SHA256 SHA384 SHA512 SHA2 PARSE_URL ' +
  'JSON_VALUE JSON_QUERY JSON_EXISTS JSON_STRING JSON_OBJECT JSON_ARRAY IS_JSON ' +
  'TO_TIMESTAMP TO_TIMESTAMP_LTZ TO_DATE DATE_FORMAT FROM_UNIXTIME UNIX_TIMESTAMP TIMESTAMPADD TIMESTAMPDIFF CONVERT_TZ ' +
  'YEAR QUARTER MONTH WEEK DAYOFYEAR DAYOFMONTH DAYOFWEEK HOUR MINUTE SECOND NOW PROCTIME UUID RAND RAND_INTEGER ' +
  'CARDINALITY ELEMENT ARRAY_CONTAINS ARRAY_JOIN MAP_KEYS MAP_VALUES'
).split(' ');
