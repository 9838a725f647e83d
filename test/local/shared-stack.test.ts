import { describe, expect, it } from '@jest/globals';
import { stackAddresses, stackTools } from '../support/stack.js';

describe('the stack of the test run', () => {
  it('answers at every address that tests are given', async () => {
    const addresses = stackAddresses();
    for (const address of [
      `${addresses.temporalUi}/api/v1/namespaces`,
      `${addresses.schemaRegistry}/subjects`,
      `${addresses.flinkRest}/overview`,
      `${addresses.flinkGateway}/v1/info`,
    ]) {
      expect((await fetch(address)).status).toBe(200);
    }
    expect(stackTools().providerMirror).toMatch(/mirror$/);
  });
});
