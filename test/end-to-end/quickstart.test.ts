import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCsv, toTable } from '../../examples/track-and-trace/events/index.js';
import { descendantsOf } from '../../local/descendants.js';
import { isAlive, type ProcessIdentity } from '../../local/process-identity.js';
import { projectRoot, stewardFolder } from '../../local/project-root.js';
import { describeStack } from '../../local/stack/index.js';
import { eventually } from '../support/eventually.js';

/** Where the next test run looks for what a killed one has left (test/support/global-setup.ts). */
const homes = join(stewardFolder, 'test-stacks');

/** Half a minute alone on two cores; other tests run beside it. */
const LIFE_MS = 240_000;

describe('the quickstart, as a newcomer runs it, on servers of its own', () => {
  let home: string;
  let program: ChildProcess;
  let output: string;

  beforeEach(async () => {
    await mkdir(homes, { recursive: true });
    home = await mkdtemp(join(homes, 'quickstart-'));
  });
  afterEach(async () => {
    if (program.exitCode === null) {
      program.kill('SIGTERM');
      await once(program, 'exit');
    }
    await rm(home, { recursive: true, force: true });
  });

  function start(...args: string[]): void {
    output = '';
    const main = join(projectRoot, 'dist', 'local', 'quickstart.js');
    program = spawn(process.execPath, [main, '--home', home, '--free-ports', ...args], { env: { ...process.env, NODE_OPTIONS: '' } });
    for (const stream of [program.stdout!, program.stderr!]) stream.on('data', (piece: Buffer) => (output += piece.toString()));
  }

  const ended = async (): Promise<number | null> =>
    program.exitCode === null ? ((await once(program, 'close')) as [number])[0] : program.exitCode;

  const told = (text: string): Promise<boolean> =>
    eventually(
      async () => {
        if (output.includes(text)) return true;
        // Thrown outside of the look: waiting longer would not help.
        if (program.exitCode !== null) throw new Error(`the quickstart has ended:\n${output}`);
        return false;
      },
      `the quickstart tells "${text}"`,
      LIFE_MS,
    );

  /** Everything that runs for this quickstart, its worker and the tools of its worker included. */
  const running = (): ProcessIdentity[] => descendantsOf(program.pid!);

  async function expectNothingLeft(before: ProcessIdentity[]): Promise<void> {
    expect(before.length).toBeGreaterThan(4);
    expect(before.filter((one) => isAlive(one))).toEqual([]);
    expect(await describeStack(home)).toBeUndefined();
    expect(await readdir(join(home, 'run'))).not.toContain('owner.json');
  }

  it(
    'shows the tables of the example, and leaves nothing but history; what an interrupted run left is finished by the next',
    async () => {
      start();
      await told('provision eventStore (terraform, running)');
      const interrupted = running();
      program.kill('SIGINT');
      program.kill('SIGINT');
      expect(await ended()).toBe(130);
      await expectNothingLeft(interrupted);

      start();
      await told('everything runs');
      const processes = running();
      expect([await ended(), output]).toEqual([0, expect.anything()]);
      expect(output).toContain('Finish the deploy that an earlier run was ended in the middle of');
      expect(output).toContain('already registered by an earlier run');
      for (const table of ['expected-trip-status', 'expected-trip-position', 'expected-later-trip-position']) {
        const csv = await readFile(join(projectRoot, 'examples', 'track-and-trace', 'events', `${table}.csv`), 'utf8');
        expect(flat(output)).toContain(flat(toTable(parseCsv(csv))));
      }
      expect(output).toContain('the requester may not decide');
      // Once for what the interrupted run left, once for what was deployed after that: each life is announced anew.
      expect(output.match(/waiting for the sunset date/g)).toHaveLength(2);
      expect(output).toContain('as before the first deploy: no topics, no subjects, no jobs, no consumer groups, no Terraform resources');
      await expectNothingLeft(processes);
    },
    2 * LIFE_MS,
  );

  it('says what is wrong and ends as failed when a server dies under it', async () => {
    start();
    await told('everything runs');
    const processes = running();
    const { processes: servers } = (await describeStack(home))!;
    process.kill(servers.find(({ name }) => name === 'temporal')!.pid, 'SIGKILL');
    expect(await ended()).not.toBe(0);
    expect(output).toContain('temporal ended by itself');
    await expectNothingLeft(processes);
  });
});

/** Lines without what is put in front of them. */
const flat = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
