import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createOpa, readPolicies, runCases } from '../../policies/index.js';
import { startOpa, type OpaServer } from '../support/opa.js';

const folder = join(import.meta.dirname, '../../examples/policies-rego');

let server: OpaServer;
beforeAll(async () => void (server = await startOpa()));
afterAll(() => server.stop());

it('the policies of examples/policies-rego say what their cases say, and each has some', async () => {
  const { results, untested } = await runCases(folder, readPolicies(folder), createOpa({ url: server.url }));
  expect(results.length).toBeGreaterThan(0);
  expect(results.filter(({ found }) => found !== undefined)).toEqual([]);
  expect(untested).toEqual([]);
});
