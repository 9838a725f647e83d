import { describe, expect, it } from '@jest/globals';
import { bundleSources } from './workflow-code.js';

/** The floors and packages that a workflow may stand on: whatever else is in the bundle could differ from one replay to the next. */
const ALLOWED = [
  /^\.\/workflows\//,
  /^\.\/lifecycle\//,
  // What a finding is: one type and one comparison, handed on by lifecycle/finding.ts.
  /^\.\/descriptors\/finding\.ts$/,
  /^\.\/node_modules\/(@temporalio\/(workflow|common|proto)|ms|nexus-rpc|protobufjs|long|@protobufjs)\b/,
];

/** Grows with the SDK and hardly with us; a descriptor reader or a client that slips in makes it jump. */
const LARGEST_MB = 4;

describe('the workflow bundle', () => {
  it('holds the workflows, the language of lifecycle/ and the SDK, and nothing that could behave differently in a replay', async () => {
    const { code } = await bundleSources();
    const modules = [...new Set([...code.matchAll(/\/\*\*\*\/ "(\.\/[^"]+)"/g)].map(([, module]) => module!))];
    expect(modules.length).toBeGreaterThan(20);
    expect(modules.filter((module) => !ALLOWED.some((allowed) => allowed.test(module)))).toEqual([]);
    expect(code.length / 2 ** 20).toBeLessThan(LARGEST_MB);
  });
});
