import type { Json } from '../../../lifecycle/digest.js';
import type { Remainder, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { restorable } from './adopted.js';
import type { ChangeEntry } from './change-digest.js';
import { planTargets } from './narrow.js';
import type { Terraform } from './terraform.js';

/** An adopted thing with the values that it has by this run's doing and those that it had before. */
export interface Borrowed {
  address: string;
  type: string;
  now: Json;
  was: Json;
}

/** A resource of the root module without an index: the one form that an override can mean. */
const PLAIN_ADDRESS = /^(\w+)\.([\w-]+)$/;

/**
 * Makes adopted things what they were and takes them out of the state; the terraform's module must describe them. What cannot be made so
 * leaves the state as well, unless it `stays`, and is named.
 * @param noteLost called before such a thing leaves the state
 */
export async function giveBack(
  terraform: Terraform,
  things: Borrowed[],
  context: VerbContext,
  failed: 'leaves the state' | 'stays',
  noteLost: (rest: Remainder) => Promise<void> = async () => undefined,
): Promise<Remainder[]> {
  const remains: Remainder[] = [];
  for (const thing of things) {
    const inState = (await terraform.session.state.read())?.resources.some(({ address }) => address === thing.address);
    if (!inState) continue;
    const reason = await restore(terraform, thing, context);
    if (reason !== undefined) {
      const rest = {
        address: thing.address,
        reason: `it is not as it was before it was adopted: ${reason}`,
        action: 'Bring it back by hand, then answer skip.',
      };
      remains.push(rest);
      if (failed === 'stays') continue;
      // Out of the state nobody finds it again.
      await noteLost(rest);
    }
    await context.assertFence();
    await terraform.change(`let go of ${thing.address}`, 'state', 'rm', '-lock-timeout=20s', thing.address);
  }
  return remains;
}

/** Why it could not be; undefined when the thing is as it was. */
async function restore(terraform: Terraform, { address, type, now, was }: Borrowed, context: VerbContext): Promise<string | undefined> {
  const attributes = restorable(type, now, was);
  if (Object.keys(attributes).length === 0) return undefined;
  const [, kind, name] = PLAIN_ADDRESS.exec(address) ?? [];
  if (kind === undefined || name === undefined)
    return `Steward cannot set ${Object.keys(attributes).join(', ')} of a resource of this form`;
  context.progress(`bringing ${address} back to what it was`);
  await terraform.override({ resource: { [kind]: { [name]: attributes } } });
  try {
    const foreign = (entry: ChangeEntry): boolean =>
      entry.kind === 'resource' && (entry.address !== address || entry.actions.join() !== 'update');
    const { entries, left } = await planTargets(terraform, foreign, [address]);
    if (left.length > 0)
      return `its former ${Object.keys(attributes).join(', ')} cannot be had without replacing or changing something else`;
    if (!entries.some((entry) => entry.kind === 'resource')) return undefined;
    await context.assertFence();
    await terraform.applyPlan(1);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'TerraformFailed') throw error;
    return error.message;
  } finally {
    await terraform.override(undefined);
  }
}
