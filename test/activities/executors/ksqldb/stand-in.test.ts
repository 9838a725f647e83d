import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';

/** Recorded conversations with a real ksqlDB 7.4.15, one file a scenario. */
const folder = join(import.meta.dirname, 'transcripts');

interface Step {
  note?: string;
  target?: string;
  request: { method: string; path: string; body: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown } | null;
}

const six = { 'trip-events': 6, 'trip-status': 6, 'trip-positions': 6 };
/** What is there before the first step, as each file's note says; `skip`: steps whose cause lies outside of HTTP. */
interface Scenario {
  topics: Record<string, number>;
  before?: 'd2' | 'trips';
  skip?: (step: Step, index: number) => boolean;
  /** A subject that was deleted for good before this step, outside of the recording. */
  forgotten?: { subject: string; before: number };
}
const scenarios: { [file: string]: Scenario } = {
  'b-trips-one-by-one': { topics: six },
  'c-trips-one-request': { topics: six },
  'd3-source-or-replace-alter': { topics: { ...six, s1: 6 }, before: 'd2' },
  'd4-query-or-replace': { topics: { s1: 6 } },
  'e-drop-terminate-pause': { topics: six, before: 'trips' },
  'f1-sr-409-partial': { topics: six },
  // Rows are not what this stand-in is for.
  'h-dry-run-poison-explain': {
    topics: six,
    skip: (_, at) => at === 43,
    forgotten: { subject: 'trip-status-value', before: 20 },
  },
  'h2-dry-run-more': {
    topics: { 'trip-events': 6, sink3: 3 },
    skip: ({ request }) => JSON.stringify(request.body).includes('terminate cluster'),
  },
};

const load = (file: string): Step[] => (JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as { steps: Step[] }).steps;

describe('the stand-in for ksqlDB (not ksqlDB itself) answers as the recordings of a real server', () => {
  let server: KsqlDbStandIn;
  afterEach(() => server.kill());

  const send = async (step: Step): Promise<{ status: number; typed: boolean; body: unknown }> => {
    const { method, path, body } = step.request;
    const answer = await fetch(server.url + path, {
      method,
      ...(body === null ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, typed: answer.headers.has('content-type'), body: text === '' ? '' : (JSON.parse(text) as unknown) };
  };

  it.each(Object.entries(scenarios))('%s', async (file, { topics, before, skip, forgotten }) => {
    server = await new KsqlDbStandIn().start();
    for (const [topic, partitions] of Object.entries(topics)) server.state.topics.set(topic, partitions);
    if (before === 'trips') await send(load('c-trips-one-request').find(({ request }) => request.path === '/ksql')!);
    if (before === 'd2') Object.assign(server.state, { sequence: 4, idBase: 4 });
    for (const [index, step] of load(file).entries()) {
      if (index === forgotten?.before) server.state.subjects.delete(forgotten.subject);
      if (step.target === 'schema-registry') {
        registry(server, step);
        continue;
      }
      if (step.response === null || skip?.(step, index)) continue;
      const answer = await send(step);
      const where = `${file} step ${index} (${step.note ?? ''}) ${JSON.stringify(step.request.body)?.slice(0, 200)}`;
      expect({ where, ...essence(answer.status, answer.typed, answer.body) }).toEqual({
        where,
        ...essence(step.response.status, 'content-type' in step.response.headers, step.response.body),
      });
    }
  });
});

describe('the faults of the stand-in look as the recordings of a real server', () => {
  let server: KsqlDbStandIn;
  afterEach(() => server.kill());

  const ksql = (sql: string, rest: object = {}): Promise<Response> =>
    fetch(`${server.url}/ksql`, { method: 'POST', body: JSON.stringify({ ksql: sql, ...rest }) });
  const stream = (name: string): string => `CREATE STREAM ${name} (a INT) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');`;
  const started = async (): Promise<KsqlDbStandIn> => {
    const standIn = await new KsqlDbStandIn().start();
    standIn.state.topics.set('t', 6);
    return standIn;
  };

  it('of parallel statements one runs and the others are fenced off (l1)', async () => {
    server = await started();
    server.statementMs = 500;
    const recorded = load('l1-concurrent-ddl').slice(0, 6);
    const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => ksql(stream(`p${n}`))));
    expect(answers.map(({ status }) => status).sort()).toEqual(recorded.map(({ response }) => response!.status).sort());
    const loser = (await answers.find(({ status }) => status === 500)!.json()) as object;
    expect(Object.keys(loser).sort()).toEqual(Object.keys(recorded[0]!.response!.body as object).sort());
    expect(server.ran).toHaveLength(1);
  });

  it('a killed server gives no answer, is not ready for a while, and keeps what ran (j2)', async () => {
    server = await started();
    server.faults.push({ kind: 'killed', ran: true, downMs: 50 });
    await expect(ksql(`${stream('a1')} ${stream('a2')}`)).rejects.toThrow('fetch failed');
    const seen = new Set<number>();
    for (let last = 0; last !== 200;) {
      last = await ksql('LIST STREAMS;').then(
        (answer) => answer.status,
        () => 0,
      );
      seen.add(last);
    }
    expect([...seen]).toEqual([0, 503, 200]);
    expect([...server.state.sources.keys()]).toEqual(['A1']);
  });

  it('a slow replacement answers EXECUTING and blocks other statements (d5)', async () => {
    server = await started();
    await ksql(stream('q1'));
    const recorded = load('d5-or-replace-blocks-ddl');
    server.faults.push({ kind: 'slow', ms: 100 });
    const replace = (await (await ksql(stream('q1').replace('CREATE', 'CREATE OR REPLACE'))).json()) as Record<string, unknown>[];
    expect(replace[0]!.commandStatus).toEqual((recorded[3]!.response!.body as Record<string, unknown>[])[0]!.commandStatus);
    expect((await ksql(stream('other'))).status).toBe(recorded[4]!.response!.status);
    expect((await ksql('LIST STREAMS;', { commandSequenceNumber: replace[0]!.commandSequenceNumber })).status).toBe(
      recorded[8]!.response!.status,
    );
    expect((await ksql('LIST STREAMS;')).status).toBe(200);
  });
});

/** What a client may rely on; wording, order of lists, plans and offsets are not compared. */
const essence = (status: number, typed: boolean, body: unknown): Record<string, unknown> => ({
  status,
  typed,
  body: Array.isArray(body) ? body.map(entityEssence) : errorEssence(body as Record<string, unknown>),
});

const errorEssence = (body: Record<string, unknown>): unknown =>
  'error_code' in body
    ? {
        type: body['@type'],
        code: body.error_code,
        message: String(body.message)
          .replace(/^line \d+:\d+: |[`'"]/g, '')
          .slice(0, 18)
          .toLowerCase(),
      }
    : 'commandStatuses' in body || 'status' in body
      ? body
      : {};

const names = (rows: unknown): string[] => (rows as { name: string }[]).map(({ name }) => name).sort();

const entityEssence = (entity: Record<string, unknown>): unknown => {
  const { '@type': type, commandId, commandStatus, commandSequenceNumber } = entity;
  const list = ['streams', 'tables', 'topics'].find((field) => Array.isArray(entity[field]));
  if (list) return { type, names: names(entity[list]) };
  const queries = (entity.queries ?? entity.queryDescriptions) as
    { id: string; sinks: string[]; state: string; statusCount?: unknown }[] | undefined;
  if (queries)
    return {
      type,
      queries: queries
        .map(({ id, sinks, state, statusCount }) => ({ id, sinks, state, statusCount }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  if (type === 'sourceDescription') {
    const { name, type: object, topic, readQueries, writeQueries, partitions } = entity.sourceDescription as Record<string, unknown>;
    const ids = (rows: unknown): string[] => (rows as { id: string }[]).map(({ id }) => id);
    return { name, object, topic, partitions, reads: ids(readQueries), writes: ids(writeQueries) };
  }
  return { type, commandId, commandStatus, commandSequenceNumber };
};

/** The registry's part of a recording, as far as ksqlDB meets it: subjects of others, and their levels. */
const registry = ({ state }: KsqlDbStandIn, { request: { method, path } }: Step): void => {
  const subject = /^\/(?:subjects|config)\/([^/?]+)/.exec(path)?.[1];
  if (subject === undefined) return;
  if (method === 'POST' && path.startsWith('/subjects')) state.subjects.set(subject, { compatible: false });
  if (method === 'PUT') state.subjects.set(subject, { compatible: true });
  if (method === 'DELETE') state.subjects.delete(subject);
};
