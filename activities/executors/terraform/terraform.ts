import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { runProcess, type ProcessEnd } from '../../support/process.js';
import type { Attempt } from '../../support/scratch.js';
import { changeEntries, type ChangeEntry } from './change-digest.js';
import { diagnosticsOf, terraformFailure, type Diagnostic } from './diagnostics.js';
import { watchLock } from './lock-watch.js';
import type { PlanView } from './plan-view.js';
import { applyProgress } from './progress.js';
import type { Session } from './session.js';
import { explainLock } from './state-lock.js';
import { refuseOtherTool, toolOf } from './tool.js';
import { layDown, type Workspace } from './workspace.js';

/** Long enough for a neighbour's small apply; what holds a lock longer is worth another attempt rather than a blocked slot. */
const LOCK_TIMEOUT = '-lock-timeout=20s';
const PLAN_FILE = 'plan.bin';
/** Read after the template and all that belongs to the environment, so it has the last word. */
const RESTORE_FILE = 'steward_restore_override.tf.json';

export interface PlanOptions {
  destroy?: true;
  /** Addresses; left out = everything. */
  targets?: string[];
}

/** One workspace with the program in it. Effects are the caller's to fence. */
export interface Terraform {
  session: Session;
  /** A plan without the state lock. Its file stays for `applyPlan` until the next plan or `discardPlan`. */
  plan(options?: PlanOptions): Promise<ChangeEntry[]>;
  /** Applies the very file of the last plan, with the state lock. */
  applyPlan(resources: number): Promise<void>;
  discardPlan(): Promise<void>;
  /** Lays a configuration over the module for the next plans; undefined takes it away. */
  override(configuration: object | undefined): Promise<void>;
  /** Takes something that exists into the state; false when there is no such thing. */
  import(address: string, id: string): Promise<boolean>;
  /** `state rm`, `untaint`, `state push`, `force-unlock` and the like. */
  change(doing: string, ...args: string[]): Promise<void>;
}

/** Lays down the workspace in an attempt's folder and initialises it. */
export async function openTerraform(session: Session, attempt: Attempt, context: VerbContext): Promise<Terraform> {
  const tool = await toolOf(session.binary);
  await refuseOtherTool(session.state, tool);
  const workspace = await layDown(session, attempt.work);
  const run = runner(session, attempt, workspace, context);
  const planFile = join(attempt.work, PLAN_FILE);
  const discardPlan = (): Promise<void> => rm(planFile, { force: true });

  const init = await run('read', 'init', ['init', '-json', '-input=false', '-reconfigure', '-lock=false']);
  await succeed(init, 'initialise the module', session);

  return {
    session,
    discardPlan,
    async plan({ destroy, targets = [] } = {}) {
      await discardPlan();
      const options = [...(destroy ? ['-destroy'] : []), ...targets.map((address) => `-target=${address}`)];
      const args = ['plan', '-json', '-input=false', '-lock=false', '-detailed-exitcode', `-out=${planFile}`, ...options];
      const end = await run('read', 'plan', args);
      if (end.exitCode === 0) return [];
      if (end.exitCode !== 2) await succeed(end, 'plan', session);
      return changeEntries(await show(session, workspace, planFile, context.signal), session.hashKey);
    },
    async applyPlan(resources) {
      await session.state.markTool(tool);
      const watch = watchLock(session.state, attempt);
      try {
        const tell = applyProgress(resources, (text) => context.progress(text));
        const end = await run('effect', 'apply', ['apply', '-json', '-input=false', LOCK_TIMEOUT, planFile], tell);
        await succeed(end, 'apply the plan', session);
      } catch (error) {
        throw await explainLock(error, session.state);
      } finally {
        await watch.stop();
        await discardPlan();
      }
    },
    async override(configuration) {
      const file = join(workspace.cwd, RESTORE_FILE);
      await (configuration ? writeFile(file, JSON.stringify(configuration)) : rm(file, { force: true }));
    },
    async import(address, id) {
      const end = await run('effect', 'import', ['import', '-input=false', '-no-color', LOCK_TIMEOUT, address, id]);
      if (end.exitCode === 0) return true;
      if (/non-existent remote object/.test(await readFile(end.stderr, 'utf8'))) return false;
      throw await plainFailure(end, `import ${address}`, session);
    },
    async change(doing, ...args) {
      const end = await run('effect', 'change', args);
      if (end.exitCode !== 0) throw await plainFailure(end, doing, session);
    },
  };
}

type Run = (kind: 'read' | 'effect', name: string, args: string[], onOutput?: (text: string) => void) => Promise<ProcessEnd>;

function runner(session: Session, attempt: Attempt, { cwd, env }: Workspace, { signal }: VerbContext): Run {
  let count = 0;
  return (kind, name, args, onOutput) => {
    count += 1;
    const files = { cwd, env, attemptFolder: attempt.folder, name: `${String(count).padStart(2, '0')}-${name}` };
    return runProcess({ program: session.binary, args, ...files, kind, signal, ...(onOutput ? { onOutput } : {}) });
  };
}

async function succeed(end: ProcessEnd, doing: string, session: Session): Promise<void> {
  if (end.exitCode === 0) return;
  const diagnostics = diagnosticsOf(await readFile(end.stdout, 'utf8'));
  const found = diagnostics.some(({ severity }) => severity === 'error')
    ? diagnostics
    : plainDiagnostics(await readFile(end.stderr, 'utf8'));
  throw terraformFailure(doing, found, session.redact, end.killedBy);
}

/** For the subcommands without `-json`. */
async function plainFailure(end: ProcessEnd, doing: string, session: Session): Promise<Error> {
  return terraformFailure(doing, plainDiagnostics(await readFile(end.stderr, 'utf8')), session.redact, end.killedBy);
}

function plainDiagnostics(text: string): Diagnostic[] {
  const plain = text.replace(/^[│╷╵]\s?/gm, '').trim();
  return plain.split(/^(?=Error: )/m).flatMap((part) => {
    const [, summary, detail] = /^Error: (.*)\n?([^]*)/.exec(part) ?? [];
    return summary === undefined ? [] : [{ severity: 'error' as const, summary, detail }];
  });
}

/**
 * The plan as JSON, which holds sensitive values in clear: through memory only. A pipe is right here: the process is short, has no effects
 * and may die with its reader.
 */
async function show(session: Session, { cwd, env }: Workspace, planFile: string, signal: AbortSignal): Promise<PlanView> {
  signal.throwIfAborted();
  const options = { cwd, env, extendEnv: false, stderr: 'ignore', reject: false } as const;
  const { stdout, failed, exitCode } = await execa(session.binary, ['show', '-json', planFile], options);
  signal.throwIfAborted();
  // Neither output nor error of it may get into a message.
  if (failed) throw new Failure('TerraformFailed', `Terraform could not show its plan (exit code ${exitCode ?? 'none'}).`);
  return JSON.parse(stdout) as PlanView;
}
