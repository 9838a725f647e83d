import { describe, expect, it } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { executorActivities } from '../../../activities/executor-activities.js';
import { createRedactor } from '../../../activities/support/redaction.js';
import type { Executor, Probe, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';

/** Proves how long the verbs of an executor are tried again: neither too short for a restart nor for ever. */
describe('the patience of executor activities', () => {
  const settings = { heartbeatMs: 1, planPatienceMs: 60_000, applyPatienceMs: 60_000, undoPatienceMs: 60_000, takeoverWaitMs: 1 };
  const unreachable: Probe = { state: 'unreachable', healthy: false, evidence: ['nobody answers'] };
  const executor = {
    name: 'sample',
    probe: () => Promise.resolve(unreachable),
    apply: () => Promise.reject(new TypeError('a fault of the adapter')),
  } as unknown as Executor;
  const done = () => Promise.resolve();
  const activities = executorActivities(executor, { redactor: createRedactor(), settings, assertFence: done, noteBasis: done });
  const run = (verb: 'probe' | 'apply', attempt: number, sinceMs: number) =>
    new MockActivityEnvironment({ attempt, scheduledTimestampMs: Date.now() - sinceMs }).run(
      activities[`sample.${verb}`] as (input: unknown) => Promise<unknown>,
      { scope: { line: 'l', environment: 'e', step: 's' }, permit: { fence: 1 } },
    );

  it('looks again at a system that does not answer, and tells that it is unreachable in the end', async () => {
    await expect(run('probe', 3, 1_000)).rejects.toMatchObject({ type: 'SystemUnavailable', nonRetryable: false });
    await expect(run('probe', 3, 61_000)).resolves.toEqual(unreachable);
  });

  it('ends as cancelled when what it was doing could only have been tried again, and as failed when it was refused', async () => {
    const refusal = new Failure('SystemRefused', 'no');
    const interrupted: Executor = {
      ...executor,
      apply: (_, { signal }: VerbContext) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Failure('SystemUnavailable', 'no answer')))),
      probe: (_, { signal }: VerbContext) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(refusal))),
    };
    const own = executorActivities(interrupted, { redactor: createRedactor(), settings, assertFence: done, noteBasis: done });
    const cancelled = (verb: 'probe' | 'apply') => {
      const environment = new MockActivityEnvironment({ attempt: 1 });
      const input = { scope: { line: 'l', environment: 'e', step: 's' }, permit: { fence: 1 } };
      const running = environment.run(own[`sample.${verb}`] as (input: unknown) => Promise<unknown>, input);
      setImmediate(() => environment.cancel());
      return running;
    };
    await expect(cancelled('apply')).rejects.toBeInstanceOf(CancelledFailure);
    await expect(cancelled('probe')).rejects.toMatchObject({ type: 'SystemRefused' });
  });

  it('does not try a fault of an adapter for ever', async () => {
    await expect(run('apply', 3, 1_000)).rejects.toMatchObject({ type: 'Internal', nonRetryable: false });
    await expect(run('apply', 3, 61_000)).rejects.toMatchObject({ type: 'Internal', nonRetryable: true });
  });
});
