import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import { acting } from './attempt.js';
import type { FormerAttempt } from '../../support/scratch.js';
import { lostAmong, noteLost } from './begun.js';
import { addressesBefore, readBeforeImage, type BeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import type { CompleteDeps } from './deps.js';
import { begunBefore, leftovers } from './former-attempts.js';
import { giveBack, type Borrowed } from './give-back.js';
import { findOwnOrphans, importOrphans } from './orphans.js';
import { destroyOwn } from './revert-first.js';
import { applyFormer } from './revert-to-former.js';
import { taskOf, type Session, type SessionOpener } from './session.js';

/**
 * Back to the before-image. What it adopted is given back. Without a former version: destroys what this run created. With one: applies the former version's module on
 * the state as it is now. A former state is never pushed: that would orphan what is there.
 */
export async function revert(
  input: RevertInput,
  context: VerbContext,
  open: SessionOpener,
  deps: CompleteDeps,
): Promise<{ remains: Remainder[] }> {
  const image = await readBeforeImage(input.before, deps);
  if (image.entries.length === 0) return { remains: [] };
  const { from, to } = input.change;
  const session = await open(input, taskOf(input));
  const lost = await lostBefore(session, image, input.key, deps);
  const nothingMade = !from && (await leftovers(session)).length === 0 && (await untouched(session, image, input.key, deps));
  if (nothingMade) {
    // An apply that died before its first resource may have left its marker.
    if (!image.state && (await session.state.tool())) await session.state.remove();
    return { remains: lost };
  }

  const remains: Remainder[] = [...lost];
  if (to) {
    // What a kill left in no state can only be taken into it with the module that describes it.
    const own = await acting(session, context, async (terraform, left) => {
      const { orphans, unknown } = await findOwnOrphans(session, image, input.key, left, deps);
      await importOrphans(terraform, orphans, context);
      const unseen = await unnamed(unknown, left);
      const given = await giveBack(terraform, await borrowed(session, image), context, 'leaves the state', (rest) =>
        noteLost(deps, input.key, rest),
      );
      return [...unseen, ...given, ...(from ? [] : await destroyOwn(terraform, image, input, context, deps))];
    });
    remains.push(...own);
  }
  if (from) {
    const former = await open(input, from);
    remains.push(...(await acting(former, context, (terraform) => applyFormer(terraform, image, input, context, deps))));
  }
  return { remains };
}

/** What an earlier attempt at this undo could not give back as it was: it is in no state any more, so nothing else tells of it. */
async function lostBefore({ state }: Session, image: BeforeImage, key: string, deps: CompleteDeps): Promise<Remainder[]> {
  const adopted = image.entries.flatMap(({ address, importing }) => (importing === undefined ? [] : [address]));
  if (adopted.length === 0) return [];
  const present = new Set((await state.read())?.resources.map(({ address }) => address));
  return lostAmong(
    deps,
    key,
    adopted.filter((address) => !present.has(address)),
  );
}

/** Nothing in the state that was not there before, and nothing in the world that is in no state. */
async function untouched(session: Session, image: BeforeImage, key: string, deps: CompleteDeps): Promise<boolean> {
  const before = addressesBefore(image);
  const state = await session.state.read();
  if (state && !image.state) return false;
  if (state?.resources.some(({ address }) => !before.has(address))) return false;
  return (await findOwnOrphans(session, image, key, [], deps)).orphans.length === 0;
}

/** What this run adopted, as it made it and as it was. */
async function borrowed({ state }: Session, image: BeforeImage): Promise<Borrowed[]> {
  const before = addressesBefore(image);
  const present = new Set((await state.read())?.resources.map(({ address }) => address));
  return image.entries
    .filter(({ address, importing }) => importing !== undefined && present.has(address) && !before.has(address))
    .map(({ address, type, before: was, after: now }) => ({ address, type, now, was }));
}

/** Creates that had begun, are in no state, and of a type that cannot be looked for: a person has to. */
async function unnamed(unknown: ChangeEntry[], former: FormerAttempt[]): Promise<Remainder[]> {
  const begun = await begunBefore(former);
  return unknown
    .filter(({ address }) => begun.has(address))
    .map(({ address, type }) => ({
      address,
      reason: `an interrupted apply had begun to create it, and Steward cannot look for a ${type}`,
      action: 'Look for it in its system and delete it if it is there.',
    }));
}
