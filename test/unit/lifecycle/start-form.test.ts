import { describe, expect, it } from '@jest/globals';
import { nextStart } from '../../../lifecycle/start-form.js';

/** Proves what is offered after an operation that ended well. */
describe('what usually comes next', () => {
  const of = { line: 'urn:trips', version: '1.1.0', environment: 'production' };
  it.each([
    ['register', 'alreadyRegistered', 'deployDataProduct', 'deploy:production:urn:trips'],
    ['retire', 'planned', 'retireDataProduct', 'retire:production:urn:trips'],
    ['upgrade', 'upgraded', 'inspectDataProduct', 'inspect:production:urn:trips'],
  ] as const)('after %s, %s: %s', (operation, state, workflowType, workflowId) => {
    expect(nextStart(operation, state, of)).toMatchObject({
      workflowType,
      workflowId,
      taskQueue: 'steward',
      input: { product: 'urn:trips' },
    });
  });

  it('after a retirement, and after a registration that was only tried: nothing', () => {
    expect(nextStart('retire', 'retired', of)).toBeUndefined();
    expect(nextStart('register', 'valid', of)).toBeUndefined();
  });
});
