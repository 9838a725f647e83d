import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerbContext } from '../../../lifecycle/executor.js';
import { living } from '../../support/process-record.js';
import { awaitProcess } from '../../support/process.js';
import { formerAttempts, keepLedger, type Attempt, type FormerAttempt } from '../../support/scratch.js';
import { applyProgress, applyStarts } from './progress.js';
import type { Session } from './session.js';
import { holderIsDead } from './state-lock.js';
import type { Terraform } from './terraform.js';

const ERRORED_STATE = 'errored.tfstate';

/** Earlier attempts at effects on a state, by workers of this machine. */
export const groupOf = (session: Session): string => `terraform ${session.state.key}`;

/** What earlier attempts at this state left on this machine, without the present one. */
export async function leftovers(session: Session, present?: Attempt): Promise<FormerAttempt[]> {
  const all = await formerAttempts(session.scratch, groupOf(session));
  return all.filter(({ folder, processes }) => folder !== present?.folder && processes.some(({ kind }) => kind === 'effect'));
}

/**
 * Brings what earlier attempts left to rest, before anything new is planned: a child that still runs is awaited (its output is our
 * progress), a lock whose holder is proven dead is released, a state that could not be uploaded is pushed if nothing has changed since.
 */
export async function settleFormer(terraform: Terraform, former: FormerAttempt[], context: VerbContext): Promise<void> {
  const { state } = terraform.session;
  for (const record of living(former.flatMap(({ processes }) => processes)).filter(({ kind }) => kind === 'effect')) {
    context.progress('waiting for Terraform of an earlier attempt');
    const total = applyStarts(await readFile(record.stdout, 'utf8').catch(() => '')).addresses.length;
    await awaitProcess(
      record,
      context.signal,
      applyProgress(total, (text) => context.progress(text)),
    );
  }
  const lock = await state.lock();
  if (lock && (await holderIsDead(lock, former, terraform.session))) {
    await context.assertFence();
    await terraform.change('release the lock of a dead attempt', 'force-unlock', '-force', lock.ID);
  }
  for (const attempt of former) await pushErrored(terraform, attempt, context);
}

/** Addresses whose apply had begun in earlier attempts, as far as this machine knows. */
export async function begunBefore(former: FormerAttempt[]): Promise<Set<string>> {
  const outputs = former.flatMap(({ processes }) => processes).map(({ stdout }) => readFile(stdout, 'utf8').catch(() => ''));
  return new Set((await Promise.all(outputs)).flatMap((output) => applyStarts(output).addresses));
}

/** Undefined for none, and for one that is cut off: Terraform was killed while it wrote it, and nobody can push that. */
async function stateIn(file: string): Promise<{ lineage: string; serial: number } | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as { lineage: string; serial: number };
  } catch {
    return undefined;
  }
}

/** Only onto the very state that it continues: the same lineage, an older serial. Otherwise it stays for a person. */
async function pushErrored(terraform: Terraform, attempt: FormerAttempt, context: VerbContext): Promise<void> {
  await keepLedger(attempt);
  const file = join(attempt.folder, ERRORED_STATE);
  const errored = await stateIn(file);
  if (!errored) return;
  const current = await terraform.session.state.read();
  if (current && (current.lineage !== errored.lineage || current.serial >= errored.serial)) return;
  await context.assertFence();
  await terraform.change('push the state that could not be uploaded', 'state', 'push', '-lock-timeout=20s', file);
  await rm(file);
}
