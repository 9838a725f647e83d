import { describe, expect, it } from '@jest/globals';
import { readApplication } from '../../../../../activities/executors/flink-sql/application.js';
import { namesOf } from '../../../../../activities/executors/flink-sql/rehearsal.js';
import type { Environment } from '../../../../../lifecycle/environment.js';

const environment = { name: 'test', kafka: { bootstrapServers: ['a:1'] } } as Environment;
const names = (source: string): string[] => {
  const component = { kind: 'application' as const, name: 'c', fqn: 'f' };
  const task = {
    id: 't',
    component,
    service: 'flink-sql',
    phase: 'integrate' as const,
    bundle: 'sha256:0' as const,
    template: { inline: source },
    configurations: {},
  };
  const files = { root: '', list: () => [], read: () => new Uint8Array(), folder: () => new Map<string, Uint8Array>() };
  return readApplication(task, files, environment)
    .jobs.flatMap(namesOf)
    .map(({ kind, name }) => `${kind}: ${name ?? 'unknown'}`);
};
const table = (name: string, options: string): string => `CREATE TEMPORARY TABLE ${name} (a STRING) WITH (${options});\n`;
const kafka = (topic: string): string => `'connector' = 'kafka', 'topic' = '${topic}'`;

describe('the names that a Flink job gives', () => {
  it('are those of the topics and subjects it writes, not of those it reads', () => {
    const sink = `${kafka('p-out')}, 'value.avro-confluent.subject' = 'p-out-v'`;
    expect(names(`${table('s', kafka('in'))}${table('x', sink)}INSERT INTO x SELECT a FROM s;`)).toEqual([
      'topic: p-out',
      'subject: p-out-v',
    ]);
  });

  it('are the consumer groups and transactional ids, too, wherever they stand', () => {
    const sink = `${kafka('p-out')}, 'sink.transactional-id-prefix' = 'p-tx'`;
    const insert = "INSERT INTO x SELECT a FROM s /*+ OPTIONS('properties.group.id' = 'g') */;";
    expect(names(`${table('s', kafka('in'))}${table('x', sink)}${insert}`)).toEqual([
      'topic: p-out',
      'consumer group: g',
      'sink.transactional-id-prefix: p-tx',
    ]);
  });

  it('are none for sinks that write nowhere', () => {
    expect(names(`${table('s', kafka('in'))}${table('x', "'connector' = 'blackhole'")}INSERT INTO x SELECT a FROM s;`)).toEqual([]);
  });

  it('are those of the table that a sink is like', () => {
    const like = "CREATE TEMPORARY TABLE x WITH ('topic' = 'p-out') LIKE s;\n";
    expect(names(`${table('s', kafka('in'))}${like}INSERT INTO x SELECT a FROM s;`)).toEqual(['topic: p-out']);
  });

  it('are unknown, and so refused, for a sink that the script does not define', () => {
    expect(names(`${table('s', kafka('in'))}INSERT INTO elsewhere SELECT a FROM s;`)).toEqual(['what the sink elsewhere writes: unknown']);
  });

  it('follow a hint that leads a sink to another topic', () => {
    const insert = "INSERT INTO x /*+ OPTIONS('topic' = 'real') */ SELECT a FROM s;";
    expect(names(`${table('s', kafka('in'))}${table('x', kafka('p-out'))}${insert}`)).toContain('topic: real');
  });
});
