import { describe, expect, it } from '@jest/globals';
import { plan } from '../../../../../activities/executors/ksqldb/plan.js';
import { terminate } from '../../../../../activities/executors/ksqldb/query-id.js';
import { readScript } from '../../../../../activities/executors/ksqldb/script.js';
import type { World } from '../../../../../activities/executors/ksqldb/world.js';

const fqn = 'urn:dpds:org.test:dataproducts:trips:1';
const script = (text: string, variables: Record<string, string> = {}) =>
  readScript([{ file: 'app.sql', text }], { properties: {}, variables, late: [] });
const insert = (id: string): string => `INSERT INTO a WITH (QUERY_ID='${id}') SELECT * FROM b;`;
/** A cluster where one query runs. */
const running = (id: string, sink: string): World => ({
  sources: {},
  queries: { [id]: { sql: '', sinks: [sink], sources: ['B'], states: ['RUNNING'], errors: [] } },
  topics: [],
});
const empty: World = { sources: {}, queries: {}, topics: [] };
const sent = (...args: Parameters<typeof plan>): string[] => plan(...args).actions.map(({ sql }) => sql);

describe('the ids of queries in a plan', () => {
  it.each(['cluster', 'ALL'])('are never %s, not by a variable either: its end would be the end of the queries of everybody', (word) => {
    const filled = script(insert('${id}'), { id: word });
    const { actions, refusals } = plan(undefined, filled, empty, fqn);
    expect(actions).toEqual([]);
    expect(refusals).toEqual([expect.stringContaining(word.toUpperCase())]);
    expect(() => plan(filled, undefined, running(word.toUpperCase(), 'A'), fqn)).toThrow(/not ended by Steward/);
    for (const id of [word.toUpperCase(), 'A; TERMINATE CLUSTER', 'CTAS_A_1']) expect(() => terminate(id)).toThrow(/not ended by Steward/);
  });

  it('may wait for an earlier step', () => {
    expect(plan(undefined, script(insert('${id}')), empty, fqn).refusals).toEqual([]);
  });

  it('are not enough to end a query: one that writes elsewhere is of somebody else', () => {
    const mine = script(insert('MINE'));
    expect(sent(mine, undefined, running('MINE', 'A'), fqn)).toEqual(['TERMINATE MINE;']);
    expect(sent(mine, undefined, running('MINE', 'THEIRS'), fqn)).toEqual([]);
    expect(plan(mine, mine, running('MINE', 'THEIRS'), fqn).refusals).toEqual([expect.stringContaining('not of this product')]);
  });
});
