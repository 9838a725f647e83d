import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { Worker } from 'node:worker_threads';
import { PolicyThread, type PolicyBundle, type PolicyFinding } from '../../../policies/index.js';
import { bundleOf, facts } from './policy-samples.js';

const digits = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
/** Ten to the power of `depth` steps. */
const loops = (depth: number): string => (depth === 0 ? 'true' : `${digits}.all(a${depth}, ${loops(depth - 1)})`);
/** A list of lists of lists, kept as a whole. */
const grows = (depth: number): string => (depth === 0 ? '"much text that is kept"' : `${digits}.map(a${depth}, ${grows(depth - 1)})`);

/** Sample policies under names of their own, in their order. */
const bundle = (...expressions: [name: string, expression: string][]): PolicyBundle => ({
  digest: 'sha256:0',
  policies: expressions.flatMap(([name, expression]) => bundleOf({ name, validations: [{ expression, message: 'no' }] }).policies),
});

describe('the limits of policies', () => {
  const thread = new PolicyThread({ longestMs: 1_000, mostMemoryMb: 32 });
  afterAll(() => thread.close());

  it.each([
    ['never ends', loops(12), /The policy endless could not be evaluated \(limits\): it took longer than 1 s/],
    ['makes too much of a little', `size(${grows(8)}) == 0`, /\(limits\): it (needed more than 32 MB|took longer than 1 s)/],
    ['calls itself too deep', `${'('.repeat(100_000)}true`, /could not be evaluated/],
  ])('fails closed for a policy that %s, and evaluates the others', async (_, expression, message) => {
    const found = await thread.evaluate(bundle(['before', 'false'], ['endless', expression], ['later', 'false']), 'plan', facts());
    expect(found.map(({ rule }) => rule)).toEqual(['policy/before', 'policy/endless/broken', 'policy/later']);
    expect(found[1]).toMatchObject({ blocking: true, message: expect.stringMatching(message) });
    expect(found[1]).not.toHaveProperty('exception');
    await expect(thread.evaluate(bundle(['good', 'true']), 'plan', facts())).resolves.toEqual([]);
  });

  it('gives up on a bundle of which many policies never end, and lets none of the rest pass', async () => {
    const own = new PolicyThread({ longestMs: 200, mostMemoryMb: 32 });
    const endless = Array.from({ length: 8 }, (_, index): [string, string] => [`endless-${index}`, loops(12)]);
    const found = await own.evaluate(bundle(...endless, ['good', 'true']), 'plan', facts());
    await own.close();
    expect(found.map(({ rule }) => rule)).toEqual([...endless.map(([name]) => `policy/${name}/broken`), 'policy/good/broken']);
    expect(found.filter(({ message }) => message.includes('took longer'))).toHaveLength(6);
    expect(found.at(-1)).toMatchObject({ blocking: true, message: expect.stringContaining('6 policies before it had to be ended') });
  });

  it('does not take what the thread needs to start for time of the first policy', async () => {
    const own = new PolicyThread({ longestMs: 1_000, mostMemoryMb: 32 });
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate'] });
    try {
      const answer = own.evaluate(bundle(['good', 'true']), 'plan', facts());
      await jest.advanceTimersByTimeAsync(1_500);
      expect(await answer).toEqual([]);
    } finally {
      jest.useRealTimers();
      await own.close();
    }
  });

  it('blames no policy for time in which the process that asks was busy', async () => {
    await thread.evaluate(bundle(['warm', 'true']), 'plan', facts());
    const asked = new Promise<PolicyFinding[]>((resolve) => {
      setImmediate(() => resolve(thread.evaluate(bundle(['first', 'true'], ['second', 'false']), 'plan', facts())));
      // In the same turn of the loop: timers are looked at before the thread is heard.
      setImmediate(() => {
        const end = performance.now() + 1_500;
        while (performance.now() < end);
      });
    });
    expect((await asked).map(({ rule }) => rule)).toEqual(['policy/second']);
  });

  it('survives a thread that runs out of memory while it is ended for time', async () => {
    const own = new PolicyThread({ longestMs: 200, mostMemoryMb: 32 });
    const ended = jest.spyOn(Worker.prototype, 'terminate');
    try {
      await own.evaluate(bundle(['endless', loops(12)]), 'plan', facts());
      // What Node does when the limit of memory is met on the way out. Nobody listening would end the whole process.
      expect((ended.mock.contexts[0] as Worker).emit('error', new Error('out of memory'))).toBe(true);
    } finally {
      ended.mockRestore();
      await own.close();
    }
  });

  it('answers many at once, each with its own', async () => {
    const asked = Array.from({ length: 20 }, (_, index) => thread.evaluate(bundle([`number-${index}`, 'false']), 'plan', facts()));
    expect((await Promise.all(asked)).map(([finding]) => finding?.rule)).toEqual(asked.map((_, index) => `policy/number-${index}`));
  });
});
