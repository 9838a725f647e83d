import { statementDigest } from './statement.js';
import type { Statement } from './statement.js';
import { isWord } from './lexer.js';
import { Failure } from '../../../lifecycle/failures.js';
import { shortDigest } from '../../../lifecycle/ids.js';

/** ksqlDB keeps these for its own queries. */
const RESERVED = /^(INSERTQUERY_|CTAS_|CSAS_|CST_)/;
/** Enough of the product's name to be recognised in a list of queries; the digest keeps ids apart. */
const READABLE = 40;

/**
 * The id under which an INSERT INTO runs. A plain INSERT INTO sent twice makes two queries, and every record twice;
 * with an id the second is refused. Without QUERY_ID in the script it is made of product and statement, so that the
 * same statement always has the same id and a changed statement another one.
 */
export const queryIdOf = (statement: Statement, fqn: string): string => {
  if (statement.shape.type !== 'insert') throw new TypeError('only INSERT INTO has a query id that can be chosen');
  if (statement.shape.queryId !== undefined) return statement.shape.queryId;
  const readable = `${fqn.split(':').slice(-2).join('_')}_${statement.shape.target}`.toUpperCase().replace(/[^A-Z0-9_]+/g, '_');
  return `STEWARD_${readable.slice(0, READABLE)}_${shortDigest(statementDigest(statement)).toUpperCase()}`;
};

/** TERMINATE takes these words for everybody's queries, and the first for the whole cluster. */
const EVERYBODY = ['ALL', 'CLUSTER'];

/** True for an id that ksqlDB accepts in `QUERY_ID`, and under which it can be ended again without harm to others. */
export const isQueryId = (id: string): boolean => /^[A-Z0-9_]+$/.test(id) && !RESERVED.test(id) && !EVERYBODY.includes(id);

/** The one place where a TERMINATE is made. Throws StatementRefused for what would end more than the one query. */
export const terminate = (id: string): string => {
  if (isQueryId(id)) return `TERMINATE ${id};`;
  throw new Failure('StatementRefused', `the query ${id} is not ended by Steward: TERMINATE ${id} could end those of others too`);
};

/** The INSERT INTO with its id written in. */
export const anchored = (statement: Statement, queryId: string): string => {
  if (statement.shape.type !== 'insert' || statement.shape.queryId !== undefined) return statement.text;
  const { tokens, text } = statement;
  const origin = tokens[0]!.start;
  const target = tokens[2]!;
  const next = tokens[3];
  const head = text.slice(0, target.end - origin);
  if (isWord(next, 'WITH') && tokens[4]?.text === '(') {
    const open = tokens[4].end - origin;
    return `${text.slice(0, open)}QUERY_ID='${queryId}'${tokens[5]?.text === ')' ? '' : ', '}${text.slice(open)}`;
  }
  return `${head} WITH (QUERY_ID='${queryId}')${text.slice(target.end - origin)}`;
};
