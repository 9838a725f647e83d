import type { GivenName, Rehearsable } from '../../../lifecycle/executor.js';
import { holdsUnknown, unknownMark } from '../../support/placeholders.js';
import type { LedgerDeps } from '../deps.js';
import { createClient } from './client.js';
import { prepare, readBefore } from './context.js';
import { isWord } from './lexer.js';
import type { Action } from './plan.js';
import type { Statement } from './statement.js';
import { valueOf } from './variables.js';
import { readNames, readWorld } from './world.js';

/** Streams, tables and queries have one flat list of names in a cluster: each must hold the prefix itself, as quoted identifiers do. */
export const rehearsalOf = (deps: LedgerDeps): Rehearsable => ({
  unproven: async () => undefined,

  async names(input) {
    const work = await prepare(deps, input);
    const { actions } = work.plan(await readBefore(deps, input.before));
    return actions.flatMap(namesOf);
  },

  async survey({ environment, prefix }, signal) {
    const system = deps.environment(environment).ksqldb;
    if (system === undefined) return {};
    const { url, username, password } = system;
    const known = username !== undefined && password !== undefined ? { credentials: { username, password: deps.secret(password) } } : {};
    const client = createClient({ url, ...known });
    const { queries } = await readWorld(client, [], { signal });
    const streams = (await readNames(client, signal))
      .filter((name) => name.startsWith(prefix))
      .map((name) => [`stream or table ${name}`, 'present']);
    const writing = Object.entries(queries).filter(([, { sinks }]) => sinks.some((sink) => sink.startsWith(prefix)));
    return Object.fromEntries([...streams, ...writing.map(([id]) => [`query ${id}`, 'present'])]) as { [address: string]: string };
  },
});

/** Pure. What is dropped or ended is the twin's own. */
export function namesOf({ kind, statement }: Pick<Action, 'kind' | 'statement'>): GivenName[] {
  const { shape, file } = statement;
  const given = (of: string, name: string): GivenName => ({ kind: of, name: filled(name, statement), ...(file !== undefined && { file }) });
  if (kind !== 'create' && kind !== 'replace' && kind !== 'insert') return [];
  if (shape.type === 'create')
    return [
      given('stream or table', shape.name),
      ...(shape.topic !== undefined && makesTopic(statement) ? [given('topic', shape.topic)] : []),
    ];
  if (shape.type !== 'insert') return [];
  // An id that is not chosen is made of the statement and the values of its variables.
  return [given('stream or table', shape.target), ...(shape.queryId === undefined ? [] : [given('query', shape.queryId)])];
}

/** A query makes its sink's topic; a plain CREATE makes one when it is told how many partitions it has. */
const makesTopic = ({ shape, tokens }: Statement): boolean =>
  shape.type === 'create' && (shape.query || tokens.some((token) => isWord(token, 'PARTITIONS')));

/** A name as the server will see it; what an earlier step has still to say is marked as in every other executor. */
function filled(name: string, { variables }: Statement): string {
  const text = name.replace(/\$\{([^}]*)\}/g, (_, variable: string) => valueOf(variables, variable) ?? unknownMark(variable));
  return holdsUnknown(text) ? text : text.replace(/^`|`$/g, '');
}
