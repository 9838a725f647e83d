import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { projectRoot, stewardFolder } from '../../local/project-root.js';
import { describeStack } from '../../local/stack/index.js';
import { eventually } from '../support/eventually.js';

it('steward local up --free-ports starts a stack beside the one that runs, and ends it with the interrupt', async () => {
  // Where the next test run looks for what a killed one has left (test/support/global-setup.ts).
  const homes = join(stewardFolder, 'test-stacks');
  await mkdir(homes, { recursive: true });
  const home = await mkdtemp(join(homes, 'free-ports-'));
  const main = join(projectRoot, 'dist', 'client', 'main.js');
  const options = { env: { ...process.env, NODE_OPTIONS: '' }, detached: true, stdio: 'ignore' } as const;
  const program = spawn(process.execPath, [main, 'local', 'up', '--home', home, '--free-ports'], options);
  try {
    const { addresses } = await eventually(() => describeStack(home), 'the stack runs', 120_000);
    expect(addresses.temporal).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(addresses.temporal).not.toBe('127.0.0.1:7233');
  } finally {
    // As a terminal does: the interrupt goes to the whole group.
    process.kill(-program.pid!, 'SIGINT');
    if (program.exitCode === null) await once(program, 'exit');
  }
  expect(await describeStack(home)).toBeUndefined();
  await rm(home, { recursive: true, force: true });
});
