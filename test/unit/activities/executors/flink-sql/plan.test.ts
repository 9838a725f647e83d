import { describe, expect, it } from '@jest/globals';
import { planJobs, plannedChanges, type NamedJob } from '../../../../../activities/executors/flink-sql/plan.js';

const committed = { stateful: false, goesOn: true, begins: 'from the committed offsets' };
const job = (name: string, part: Partial<NamedJob> = {}): NamedJob => ({ sink: 'x', name, groups: ['g'], without: committed, ...part });
const counts = { without: { ...committed, stateful: true } };
const none = { jobs: [], groups: [] };
const running = { ...none, jobs: [{ id: '1', name: 'old', sink: 'x' }] };

describe('what a plan of jobs says of rows and state', () => {
  const changes = (...[from, to, before]: Parameters<typeof planJobs>) => plannedChanges(planJobs(from, to, before));

  it('a replaced job loses nothing only when the new one goes on behind the offsets that the former has committed', () => {
    const [quiet] = changes([job('old')], [job('new')], running);
    expect(quiet).toMatchObject({
      action: 'replace',
      dataLoss: false,
      summary: expect.stringContaining('begins from the committed offsets'),
    });
    for (const [from, to] of [
      [job('old'), job('new', counts)],
      [job('old', counts), job('new')],
      [job('old'), job('new', { groups: ['another'] })],
      [job('old'), job('new', { without: { ...committed, goesOn: false, begins: 'from the newest record' } })],
    ])
      expect(changes([from!], [to!], running)).toMatchObject([{ action: 'replace', dataLoss: true }]);
    expect(changes([job('old')], [job('new', counts)], running)[0]?.summary).toContain(
      'begins WITHOUT its counts, windows and joins, from the committed offsets',
    );
  });

  it('says that an undone replacement writes the rows since then once more', () => {
    expect(changes([job('old')], [job('new')], running)).toMatchObject([
      { undo: 'equivalent', summary: expect.stringContaining('Undone, the former job goes on from the savepoint and writes the rows') },
    ]);
  });

  it('a job that is lost is a loss, unless something was found that it goes on from', () => {
    const lost = job('same', counts);
    const found = { ...none, points: { x: 's3://checkpoints/chk-7' } };
    expect(changes([], [lost], none)).toMatchObject([{ action: 'create', dataLoss: false, summary: 'same' }]);
    expect(changes([lost], [lost], none)).toMatchObject([
      { action: 'create', dataLoss: true, summary: expect.stringContaining('no savepoint or checkpoint of it was found') },
    ]);
    expect(changes([lost], [lost], found)).toMatchObject([
      { action: 'create', dataLoss: false, summary: expect.stringMatching(/lost: this one goes on from s3:\/\/checkpoints\/chk-7$/) },
    ]);
    expect(changes([lost], [job('changed', counts)], found)).toMatchObject([{ action: 'create', dataLoss: true }]);
    expect(changes([job('same')], [job('same')], none)).toMatchObject([
      { action: 'create', dataLoss: false, summary: expect.stringContaining('begins from the committed offsets') },
    ]);
  });
});
