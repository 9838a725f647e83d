import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { residentMb } from '../../local/process-identity.js';
import { describeStack, startStack } from '../../local/stack/index.js';

export interface BenchStack {
  /** Not known of a stack that ran before. */
  startMs?: number;
  memoryMb(): { name: string; mb: number }[];
  stop(): Promise<void>;
}

/** The stack that STEWARD_TEST_STACK names, or one of the benchmark's own: it says how long its start takes. */
export async function openStack(): Promise<BenchStack> {
  const named = process.env['STEWARD_TEST_STACK'];
  if (named) {
    const description = await describeStack(named);
    if (!description) throw new Error(`STEWARD_TEST_STACK names ${named}, and no stack runs there.`);
    return {
      memoryMb: () => description.processes.map(({ name, pid }) => ({ name, mb: residentMb(pid) })),
      stop: async () => undefined,
    };
  }
  const home = await mkdtemp(join(tmpdir(), 'steward-bench-stack-'));
  // Parts that are still to be fetched are no part of a start.
  const first = await startStack({ home, ports: 'free', log: (line) => process.stderr.write(`${line}\n`) });
  await first.stop();
  const began = performance.now();
  const stack = await startStack({ home, ports: 'free' });
  const startMs = performance.now() - began;
  process.env['STEWARD_TEST_STACK'] = home;
  return {
    startMs,
    memoryMb: () => stack.processes().map(({ name, rssMb }) => ({ name, mb: rssMb })),
    async stop() {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
