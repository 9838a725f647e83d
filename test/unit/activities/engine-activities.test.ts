import { describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { engineActivities } from '../../../activities/engine-activities.js';
import { createRedactor } from '../../../activities/support/redaction.js';
import type { EngineActivities } from '../../../lifecycle/engine.js';
import { Failure } from '../../../lifecycle/failures.js';

/** Proves that a catalog which refuses does not make an operation turn back from what it has done. */
describe('the engine activities at their edge', () => {
  const failing = (type: 'AccessDenied' | 'SystemRefused' | 'Superseded') => {
    const fail = () => Promise.reject(new Failure(type, 'no'));
    return engineActivities({ recordResult: fail, readRequest: fail } as unknown as EngineActivities, createRedactor());
  };
  const run = (activity: unknown) => new MockActivityEnvironment().run(activity as () => Promise<unknown>);

  it.each(['AccessDenied', 'SystemRefused'] as const)(
    'tries a recording again that was refused with %s, and nothing else',
    async (type) => {
      await expect(run(failing(type).recordResult)).rejects.toMatchObject({ type, nonRetryable: false });
      await expect(run(failing(type).readRequest)).rejects.toMatchObject({ type, nonRetryable: true });
    },
  );

  it('ends a recording of a run whose place another one has taken', async () => {
    await expect(run(failing('Superseded').recordResult)).rejects.toMatchObject({ type: 'Superseded', nonRetryable: true });
  });
});
