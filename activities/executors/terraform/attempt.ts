import type { VerbContext } from '../../../lifecycle/executor.js';
import { processRecords } from '../../support/process-record.js';
import { closeAttempt, keepLedger, openAttempt, type FormerAttempt } from '../../support/scratch.js';
import { groupOf, leftovers, settleFormer } from './former-attempts.js';
import type { Session } from './session.js';
import { openTerraform, type Terraform } from './terraform.js';

/** Runs a verb without effects in a workspace of its own, which is gone afterwards. Any number at the same time. */
export async function reading<T>(session: Session, context: VerbContext, body: (terraform: Terraform) => Promise<T>): Promise<T> {
  const attempt = await openAttempt(session.scratch, `${groupOf(session)} reading`);
  try {
    return await body(await openTerraform(session, attempt, context));
  } finally {
    await closeAttempt(attempt);
  }
}

/**
 * Runs a verb with effects, after what earlier attempts left was brought to rest. An attempt that fails after its first effect leaves its
 * ledger for the next one; success makes all ledgers of this state superfluous.
 */
export async function acting<T>(
  session: Session,
  context: VerbContext,
  body: (terraform: Terraform, former: FormerAttempt[]) => Promise<T>,
): Promise<T> {
  const attempt = await openAttempt(session.scratch, groupOf(session));
  const former = await leftovers(session, attempt);
  try {
    const terraform = await openTerraform(session, attempt, context);
    await settleFormer(terraform, former, context);
    const result = await body(terraform, former);
    for (const each of [...former, attempt]) await closeAttempt(each);
    return result;
  } catch (error) {
    const hadEffects = (await processRecords(attempt.folder)).some(({ kind }) => kind === 'effect');
    await (hadEffects ? keepLedger(attempt) : closeAttempt(attempt));
    throw error;
  }
}
