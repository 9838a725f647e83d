import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as partsModule from '../../local/parts/index.js';
import type * as stackModule from '../../local/stack/index.js';

type StackModule = typeof stackModule;
type PartsModule = typeof partsModule;
type CompiledModule = { default(options: { rootDir: string }): Promise<void> };

declare global {
  var stewardTestStack: stackModule.Stack | undefined;
}

/** A home made a moment ago may belong to a test of another run that has not started its stack yet. */
const JUST_MADE_MS = 60_000;

/**
 * One stack for a whole test run, in a home of its own on free ports. Where STEWARD_TEST_STACK names the home of a running stack,
 * that one is used and left running.
 */
export default async function setUpStack({ rootDir }: { rootDir: string }): Promise<void> {
  const named = process.env['STEWARD_TEST_STACK'];
  if (named) return checkRunning(named);
  const compiled = (await load(rootDir, 'test/support/compiled.mjs')) as CompiledModule;
  await compiled.default({ rootDir });
  // Before the servers run: a build takes every core, and tests that wait for their servers would miss their time-outs.
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const { fetchParts } = (await load(rootDir, 'dist/local/parts/index.js')) as PartsModule;
  await fetchParts(['opa'], { log });
  const { startStack, sweep, ownerOf } = (await load(rootDir, 'dist/local/stack/index.js')) as StackModule;
  const homes = join(rootDir, '.steward', 'test-stacks');
  mkdirSync(homes, { recursive: true });
  for (const name of readdirSync(homes)) {
    const isNew = Date.now() - statSync(join(homes, name)).mtimeMs < JUST_MADE_MS;
    if (isNew || (await ownerOf(join(homes, name)))) continue;
    await sweep(join(homes, name));
    rmSync(join(homes, name), { recursive: true, force: true });
  }
  const onServerLost = (name: string, lastLines: string): void => log(`${name} ended in the middle of the tests:\n${lastLines}`);
  globalThis.stewardTestStack = await startStack({ home: join(homes, randomUUID()), ports: 'free', log, onServerLost });
  process.env['STEWARD_TEST_STACK'] = globalThis.stewardTestStack.home;
}

/** Works without compiled sources: who names a stack wants to run one test now. */
function checkRunning(home: string): void {
  try {
    const { owner } = JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as stackModule.StackDescription;
    process.kill(owner.pid, 0);
  } catch (cause) {
    throw new Error(`STEWARD_TEST_STACK names ${home}, and no stack runs there.`, { cause });
  }
}

/** Jest loads this file without its module settings, so what it needs comes compiled. */
function load(rootDir: string, file: string): Promise<unknown> {
  return import(pathToFileURL(join(rootDir, file)).href);
}
