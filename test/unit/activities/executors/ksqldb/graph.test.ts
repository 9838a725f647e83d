import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dependants, needs } from '../../../../../activities/executors/ksqldb/graph.js';
import { readScript } from '../../../../../activities/executors/ksqldb/script.js';
import { subject } from '../../../../../activities/executors/ksqldb/statement.js';

const read = (text: string, variables: Record<string, string> = {}) =>
  readScript([{ file: 'app.sql', text }], { properties: {}, variables, late: [] });
const order = (text: string): string[] => read(text).statements.map(({ shape }) => subject(shape));
const source = (name: string): string => `CREATE STREAM ${name} (x INT) WITH (KAFKA_TOPIC='${name}');`;
const derived = (name: string, ...from: string[]): string =>
  `CREATE STREAM ${name} AS SELECT * FROM ${from.join(' JOIN ')}${from.length > 1 ? ' ON 1 = 1' : ''};`;

/** Proves that statements come after what they need, whatever the order of files and lines, and are otherwise left as written. */
describe('the dependencies of a ksqlDB script', () => {
  it('knows what a statement reads, and where an INSERT INTO writes', () => {
    const [first, second, third] = read(
      "CREATE TABLE t AS SELECT a, COUNT(*) FROM `my-Stream` s LEFT JOIN other o ON s.a = o.a WHERE b = 'FROM nobody' GROUP BY a;" +
        'INSERT INTO sink SELECT * FROM ${name};' +
        'CREATE STREAM "from" (`join` INT) WITH (KAFKA_TOPIC=\'x\');',
      { name: 'from_variable' },
    ).statements;
    expect([...needs(first!)]).toEqual(['my-Stream', 'OTHER']);
    expect([...needs(second!)]).toEqual(['FROM_VARIABLE', 'SINK']);
    expect([...needs(third!)]).toEqual([]);
  });

  it('brings statements of any order into one that runs', () => {
    expect(order(`INSERT INTO c SELECT * FROM b; ${derived('b', 'a')} ${source('c')} ${source('a')}`)).toEqual([
      'STREAM C',
      'STREAM A',
      'STREAM B',
      'INSERT INTO C',
    ]);
  });

  it('keeps each statement with the settings of the place where it is written', () => {
    const { statements } = read(`SET 'a'='1'; ${derived('b', 'a')} SET 'a'='2'; ${source('a')}`);
    expect(statements.map(({ index, properties }) => [index, properties['a']])).toEqual([
      [2, '2'],
      [1, '1'],
    ]);
  });

  it('moves nothing over an ASSERT, and takes what waits behind one for a fault', () => {
    const fine = `${source('a')} ASSERT TOPIC 'x'; ${derived('b', 'a')}`;
    expect(order(fine)).toEqual(['STREAM A', 'ASSERT', 'STREAM B']);
    expect(read(`${derived('b', 'a')} ASSERT TOPIC 'x'; ${source('a')}`).findings).toMatchObject([{ rule: 'ksqldb/circle', line: 1 }]);
  });

  it('names the statements of a circle', () => {
    const { findings } = read(`${source('free')}\n${derived('a', 'b')}\n${derived('b', 'a')}`);
    expect(findings).toMatchObject([{ rule: 'ksqldb/circle', file: 'app.sql', line: 2 }]);
    expect(findings[0]!.message).toMatch(/statement 2 \(app.sql:2\): STREAM A; statement 3 \(app.sql:3\): STREAM B/);
  });

  it('leaves what it does not know to the server: streams of others, and itself', () => {
    expect(read(`${derived('b', 'of_others')} ${derived('c', 'c')}`).findings).toEqual([]);
  });

  it('orders whatever is no circle, and changes nothing about what is in order', () => {
    const layers = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(layers, fc.infiniteStream(fc.nat()), (needed, random) => {
        const texts = needed.map((picks, at) => {
          const from = [...new Set(at === 0 ? [] : picks.map((pick) => `s${pick % at}`))];
          return from.length === 0 ? source(`s${at}`) : derived(`s${at}`, ...from);
        });
        expect(read(texts.join('\n')).statements.map(({ index }) => index)).toEqual(texts.map((_, at) => at + 1));
        const shuffled = [...texts].map((text) => ({ text, by: random.next().value as number })).sort((a, b) => a.by - b.by);
        const { statements, findings } = read(shuffled.map(({ text }) => text).join('\n'));
        expect(findings).toEqual([]);
        expect(statements).toHaveLength(texts.length);
        const seen = new Set<string>();
        for (const statement of statements) {
          for (const name of needs(statement)) expect(seen).toContain(name);
          if (statement.shape.type === 'create') seen.add(statement.shape.name);
        }
      }),
    );
  });

  it('finds all that hangs on a stream, however far', () => {
    const { statements } = read(`${source('a')} ${derived('b', 'a')} ${derived('c', 'b')} INSERT INTO a SELECT * FROM d; ${source('d')}`);
    expect([...dependants(statements, ['A'])].map(({ shape }) => subject(shape)).sort()).toEqual(['INSERT INTO A', 'STREAM B', 'STREAM C']);
    expect([...dependants(statements, ['C'])]).toEqual([]);
  });
});
