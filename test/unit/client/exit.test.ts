import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, WorkflowFailedError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { endingOf } from '../../../client/exit.js';
import { Failure, failures } from '../../../lifecycle/failures.js';
import type { FailureType } from '../../../lifecycle/failures.js';

const failed = (cause: Error) => new WorkflowFailedError('failed', cause, 'NON_RETRYABLE_FAILURE');

describe('how a command ends', () => {
  it('has the exit code of the catalogue for every failure type, here and in a run, and says what to do next', () => {
    for (const type of Object.keys(failures) as FailureType[]) {
      const { exit, next } = failures[type];
      expect(endingOf(new Failure(type, 'because.'))).toMatchObject({ type, message: 'because', exit, next: expect.stringMatching(/./) });
      const run = ApplicationFailure.create({ type, message: `because. Next: ${next}`, details: [{ next }] });
      expect(endingOf(failed(run))).toMatchObject({ type, message: 'because.', exit, next });
    }
  });

  it('tells a decision that was refused, a run that is not there, and a cancelled one', () => {
    const refused = new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ type: 'DecisionRefused', message: 'not you' }));
    expect(endingOf(refused)).toMatchObject({ type: 'DecisionRefused', message: 'not you', exit: 4 });
    expect(endingOf(new WorkflowNotFoundError('no', 'deploy:x', undefined))).toMatchObject({
      type: 'NotFound',
      message: 'there is no run deploy:x',
    });
    const cancelled = failed(new CancelledFailure('Workflow canceled'));
    expect(endingOf(cancelled, 'compensated')).toMatchObject({
      exit: 130,
      message: 'the operation was cancelled; what had been done was undone',
    });
    expect(endingOf(cancelled)).toMatchObject({ exit: 130, message: 'the operation was cancelled' });
  });

  it('takes what it does not know for a fault of Steward', () => {
    expect(endingOf(new TypeError('x is undefined'))).toMatchObject({ type: 'Internal', exit: 70, message: 'x is undefined' });
    expect(endingOf('odd')).toMatchObject({ type: 'Internal', exit: 70, message: 'odd' });
  });
});
