import type { Digest } from '../../../lifecycle/digest.js';
import type { EffectPhase, PlannedChange } from '../../../lifecycle/executor.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { RegistryState, SubjectState, WantedChange } from './world.js';

/** One effect on the registry. */
export type Action =
  | { kind: 'set-level'; subject: string; level: string; former?: string }
  | { kind: 'register'; subject: string; isNew: boolean }
  | { kind: 'delete-version'; subject: string; version: number }
  /** Nothing of others is there: soft-deleted versions go for good, the subject's own level with them, or becomes what it was before. */
  | { kind: 'purge'; subject: string; level?: string }
  /** The subject stays: its level becomes what it was before this product set it; without one it is inherited again. */
  | { kind: 'give-back-level'; subject: string; level?: string; ours: string };

export interface RegistryPlan {
  actions: Action[];
  /** Versions that a removal leaves, because this product did not register them. */
  kept: number[];
  digest: Digest;
}

/** Pure: what has to happen to come from `state` to what is wanted. Empty when the registry is as wanted. */
export function planChange(change: WantedChange, state: RegistryState): RegistryPlan {
  const actions: Action[] = [];
  const kept: number[] = [];
  const { from, to } = change;
  if (to && !to.checkOnly) {
    const { level, live, softDeleted, holdsTo } = stateOf(state, to.subject);
    if (to.level && to.level !== level)
      actions.push({ kind: 'set-level', subject: to.subject, level: to.level, ...(level ? { former: level } : {}) });
    if (holdsTo === undefined)
      actions.push({ kind: 'register', subject: to.subject, isNew: live.length === 0 && softDeleted.length === 0 });
  }
  if (from && !from.checkOnly && from.subject !== to?.subject) {
    const current = stateOf(state, from.subject);
    const { own } = current;
    const numbers = current.live.map(({ version }) => version);
    for (const version of numbers.filter((number) => own.includes(number)).reverse())
      actions.push({ kind: 'delete-version', subject: from.subject, version });
    kept.push(...numbers.filter((number) => !own.includes(number)));
    const former = typeof change.levelBefore === 'object' ? { level: change.levelBefore.level } : {};
    const stays = kept.length > 0 || (current.foreignDeleted ?? []).length > 0;
    if (!stays && numbers.length > 0) actions.push({ kind: 'purge', subject: from.subject, ...former });
    // A level that is not the one that was asked for here was set by somebody else since.
    else if (stays && change.levelBefore && from.level && current.level === from.level && former.level !== current.level)
      actions.push({ kind: 'give-back-level', subject: from.subject, ...former, ours: from.level });
  }
  const digest = digestOfJson({ actions, wanted: actions.some(({ kind }) => kind === 'register') ? (to?.document ?? null) : null, kept });
  return { actions, kept, digest };
}

/** In `apply` things are added, in `finalise` taken away. */
export const phaseOf = (action: Action): EffectPhase => (action.kind === 'set-level' || action.kind === 'register' ? 'apply' : 'finalise');

/** True when the registry shows the effect. */
export function isDone(action: Action, state: RegistryState): boolean {
  const current = stateOf(state, action.subject);
  switch (action.kind) {
    case 'set-level':
      return current.level === action.level;
    case 'register':
      return current.holdsTo !== undefined;
    case 'delete-version':
      return current.live.every(({ version }) => version !== action.version);
    case 'purge':
      return current.live.length === 0 && current.softDeleted.length === 0 && current.level === action.level;
    case 'give-back-level':
      return current.level === action.level;
  }
}

/** What differs from `before` and is not this plan's doing, in words. */
export function foreignChanges(plan: RegistryPlan, before: RegistryState, now: RegistryState): string[] {
  return Object.values(before).flatMap((was) => {
    const is = stateOf(now, was.subject);
    const actions = plan.actions.filter(({ subject }) => subject === was.subject);
    const known = new Set(was.live.map(({ version }) => version));
    const deletes = new Set(actions.flatMap((action) => (action.kind === 'delete-version' ? [action.version] : [])));
    const levels = [
      was.level,
      ...actions.flatMap((action) => (action.kind === 'set-level' || action.kind === 'give-back-level' ? [action.level] : [])),
    ];
    return [
      ...is.live
        .filter(({ version }) => !known.has(version) && version !== is.holdsTo)
        .map(({ version }) => `version ${version} of ${was.subject} is new`),
      ...was.live
        .filter(({ version }) => !deletes.has(version) && is.live.every((other) => other.version !== version))
        .map(({ version }) => `version ${version} of ${was.subject} is gone`),
      ...(levels.includes(is.level) || actions.some(({ kind }) => kind === 'purge')
        ? []
        : [`the level of ${was.subject} is now ${is.level ?? 'inherited'}`]),
    ];
  });
}

/** The plan in the words of the contract. */
export function plannedChanges(plan: RegistryPlan, change: WantedChange, state: RegistryState): PlannedChange[] {
  const stays = plan.kept.length ? `; versions ${plan.kept.join(', ')} stay, this product did not register them` : '';
  return plan.actions.flatMap((action): PlannedChange[] => {
    const phase = phaseOf(action);
    const { live } = stateOf(state, action.subject);
    switch (action.kind) {
      case 'set-level':
        return [
          {
            address: levelAddress(action.subject),
            action: action.former ? 'update' : 'create',
            dataLoss: false,
            phase,
            undo: 'exact',
            summary: `${action.former ?? 'inherited'} → ${action.level}`,
            values: { type: 'compatibility-level', subject: action.subject, level: action.level, owner: change.to?.owner ?? '' },
          },
        ];
      case 'register':
        return [
          {
            address: `subject ${action.subject}${action.isNew ? '' : ` version ${Math.max(...live.map(({ version }) => version)) + 1}`}`,
            action: 'create',
            dataLoss: false,
            phase,
            // A version that is taken back stays soft-deleted where the subject was there before: records may hold its id.
            undo: action.isNew ? 'exact' : 'equivalent',
            summary: `${change.to?.document.schemaType ?? ''} schema`,
          },
        ];
      case 'delete-version':
        return [
          {
            address: `subject ${action.subject} version ${action.version}`,
            action: 'delete',
            dataLoss: false,
            phase,
            undo: 'equivalent',
            summary: `registered again it gets another number${stays}`,
          },
        ];
      case 'purge': {
        // Told where the task lives on under another subject: the ledger has to know that the level is gone. With the task it goes anyway.
        const level = change.to && stateOf(state, action.subject).level ? [levelGone(action)] : [];
        return [
          {
            address: `subject ${action.subject}`,
            action: 'delete',
            dataLoss: false,
            phase,
            undo: 'equivalent',
            summary: action.level ? `permanently; its level is ${action.level} again` : 'permanently, with its compatibility level',
          },
          ...level,
        ];
      }
      case 'give-back-level':
        return [
          {
            address: levelAddress(action.subject),
            action: action.level ? 'update' : 'delete',
            dataLoss: false,
            phase,
            undo: 'exact',
            letGo: true,
            summary: `${action.ours} → ${action.level ?? 'inherited'}, as it was before this product${stays}`,
          },
        ];
    }
  });
}

const levelGone = ({ subject, level }: { subject: string; level?: string }): PlannedChange => ({
  address: levelAddress(subject),
  action: level ? 'update' : 'delete',
  dataLoss: false,
  phase: 'finalise',
  undo: 'exact',
  ...(level ? { letGo: true } : {}),
  summary: level ? `${level}, as it was before this product` : 'with its subject',
});

const stateOf = (state: RegistryState, subject: string): SubjectState => state[subject] ?? { subject, live: [], softDeleted: [], own: [] };

/** How the level of a subject is named in plans and in the ledger. */
export const levelAddress = (subject: string): string => `compatibility level of subject ${subject}`;
