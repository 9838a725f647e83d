import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../catalog/index.js';
import type { ExceptionRecord } from '../../lifecycle/records.js';
import { openTestCatalog, type TestCatalog } from '../support/test-catalog.js';
import { uniqueLine } from './record-samples.js';

describe('what is written once', () => {
  let world: TestCatalog;
  beforeAll(async () => {
    world = await openTestCatalog();
  });
  afterAll(() => world.remove());

  const decision = (line: string, changes: Partial<ExceptionRecord> = {}): ExceptionRecord => ({
    digest: digestOf(line),
    request: '2026-01-09T03:04:05.000Z',
    rule: 'policy/retire-needs-approval',
    line,
    environment: 'local',
    decision: 'granted',
    decidedBy: 'ann@example.org',
    decidedAt: '2026-01-02T03:04:05.000Z',
    verifiedBy: 'claim',
    requestedBy: 'ben@example.org',
    ...changes,
  });

  it('keeps the first decision on an exception and returns it to whoever comes later', async () => {
    const { exceptions } = world.catalog;
    const line = uniqueLine();
    const all = [decision(line), decision(line, { decision: 'rejected' }), decision(line, { decision: 'expired' })];
    const stored = await Promise.all(all.map((record) => world.connect().exceptions.write(record)));
    expect(new Set(stored.map(({ decision }) => decision)).size).toBe(1);
    await expect(exceptions.list(line, 'local')).resolves.toEqual([stored[0]]);
    await expect(exceptions.list(line, 'prod')).resolves.toEqual([]);
    // Asked again later: another request, another answer, and the first one stays.
    const later = decision(line, { request: '2026-02-09T03:04:05.000Z', decision: 'granted' });
    await expect(exceptions.write(later)).resolves.toEqual(later);
    expect(await exceptions.list(line, 'local')).toEqual(expect.arrayContaining([stored[0], later]));
    await expect(exceptions.list(line, 'local')).resolves.toHaveLength(2);
  });

  it('keeps all evidence, oldest first, and the same evidence once', async () => {
    const { evidence } = world.catalog;
    const line = uniqueLine();
    const late = await evidence.write(line, '2026-03-01T00:00:00.000Z', 'retire', { n: 2 });
    const early = await evidence.write(line, '2026-01-01T00:00:00.000Z', 'deploy', { n: 1, environment: 'dev' });
    await expect(evidence.write(line, '2026-01-01T00:00:00.000Z', 'deploy', { environment: 'dev', n: 1 })).resolves.toBe(early);
    const twin = await evidence.write(line, '2026-01-01T00:00:00.000Z', 'deploy', { n: 1, environment: 'prod' });
    expect(twin).not.toBe(early);
    const keys = await evidence.list(line);
    expect(new Set(keys)).toEqual(new Set([early, twin, late]));
    expect(keys.at(-1)).toBe(late);
    await expect(evidence.read(twin)).resolves.toEqual({ n: 1, environment: 'prod' });
    await expect(evidence.read('evidence/none.json')).rejects.toMatchObject({ type: 'NotFound' });
  });

  it('gives one key one result, whatever characters it has and however many ask', async () => {
    const { results } = world.catalog;
    const key = `${uniqueLine()}/../schritt ü?#/apply`;
    await expect(results.get(key)).resolves.toBeUndefined();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => world.connect().results.put(key, { by: index })));
    expect(new Set(answers.map(({ by }) => by)).size).toBe(1);
    await expect(results.get(key)).resolves.toEqual(answers[0]);
    await results.put(`${key}/null`, null);
    await expect(results.get(`${key}/null`)).resolves.toBeNull();
  });
});
