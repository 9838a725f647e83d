import { Failure } from '../../../lifecycle/failures.js';
import type { Preview, VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { planDigest, prepare } from './context.js';
import type { BeforeImage } from './context.js';
import { dryRun } from './dry-run.js';
import { plannedChanges } from './plan.js';
import type { Action } from './plan.js';
import { label, undefinedVariables } from './statement.js';
import type { KsqlDbClient } from './client.js';
import { readWorld } from './world.js';

/** What would be sent, rehearsed by the server itself. Throws StatementRefused when it cannot be done. */
export const preview = async (deps: LedgerDeps, input: VerbInput, { signal }: VerbContext): Promise<Preview> => {
  const work = await prepare(deps, input);
  const world = await readWorld(work.client, work.names, { signal, topics: 'with topics' });
  const { actions, refusals } = work.plan(world);
  if (refusals.length > 0) throw new Failure('StatementRefused', refusals.join('. '), { details: refusals });

  const unknown = (work.to?.statements ?? []).flatMap((statement) => {
    const names = undefinedVariables(statement);
    return names.length === 0 ? [] : [`${label(statement)} needs ${names.join(', ')} from an earlier step`];
  });
  if (unknown.length === 0) {
    const rehearsal = await dryRun(work.client, actions, signal);
    if (rehearsal.verdict === 'refused') throw refusal(work.client, actions[rehearsal.at]!, rehearsal.message);
    if (rehearsal.verdict === 'unknown')
      unknown.push(`${label(actions[rehearsal.at]!.statement)} could not be tried yet: ${rehearsal.message}`);
  }
  const irreversible = unknown.length === 0 ? await oneWay(work.client, actions, signal) : new Set<string>();
  const image: BeforeImage = { world };
  return {
    changes: plannedChanges(actions, irreversible),
    unknown,
    digest: planDigest(actions, world),
    before: await deps.blobs.putJson(image),
  };
};

const refusal = (client: KsqlDbClient, action: Action, message: string): Failure => {
  const hint =
    action.kind === 'replace'
      ? ' It cannot be changed in place: raise the major version, or change the statement only by a filter or by columns at its end.'
      : '';
  return new Failure(
    'StatementRefused',
    `${label(action.statement)} was refused by ksqlDB at ${client.endpoint} before anything ran: ${message}${hint}`,
  );
};

/** Replacements whose way back the server would refuse, e.g. a new column: known by rehearsing there and back. */
const oneWay = async (client: KsqlDbClient, actions: Action[], signal: AbortSignal): Promise<Set<string>> => {
  const replaced = actions.filter(({ kind }) => kind === 'replace');
  const addresses = new Set<string>();
  for (const action of replaced) {
    const upTo = actions.slice(0, actions.indexOf(action) + 1);
    const verdict = await dryRun(client, [...upTo, action.former!], signal);
    if (verdict.verdict !== 'accepted') addresses.add(action.address);
  }
  return addresses;
};
