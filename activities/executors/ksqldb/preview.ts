import { Failure } from '../../../lifecycle/failures.js';
import type { Preview, VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { planDigest, prepare } from './context.js';
import type { BeforeImage, Work } from './context.js';
import { dryRun } from './dry-run.js';
import type { Rehearsed } from './dry-run.js';
import type { Action } from './plan.js';
import { plannedChanges } from './planned-changes.js';
import type { Told } from './planned-changes.js';
import { label, undefinedVariables, withoutOpenSchema } from './statement.js';
import type { KsqlDbClient } from './client.js';
import { readWorld, unfilled } from './world.js';
import type { World } from './world.js';

/**
 * What would be sent, rehearsed by the server itself: of the ways that lead to the new script the least disruptive one that it accepts.
 * Throws StatementRefused when there is none.
 */
export const preview = async (deps: LedgerDeps, input: VerbInput, { signal }: VerbContext): Promise<Preview> => {
  const work = await prepare(deps, input);
  const world = await readWorld(work.client, work.names, { signal, topics: 'with topics' });
  const unknown = (work.to?.statements ?? []).flatMap((statement) => {
    const names = undefinedVariables(statement);
    return names.length === 0 ? [] : [`${label(statement)} needs ${names.join(', ')} from an earlier step`];
  });
  const { image, actions, told, untried } = await choose(work, world, unknown.length === 0, signal);
  return {
    changes: plannedChanges(actions, told),
    unknown: [...unknown, ...untried],
    digest: planDigest(actions, world),
    before: await deps.blobs.putJson(image),
  };
};

interface Choice {
  image: BeforeImage;
  actions: Action[];
  told: Told;
  /** What the server could not look at yet. */
  untried: string[];
}

/**
 * In place where the server accepts that; what it does not replace in place, and what has lost its query, is dropped and made again, with
 * all that hangs on it.
 */
const choose = async (work: Work, world: World, known: boolean, signal: AbortSignal): Promise<Choice> => {
  const remade = unfilled(work.to, world).filter((name) => unfilled(work.from, world).includes(name));
  const reasons: Record<string, string> = Object.fromEntries(
    remade.map((name) => [addressOf(world, name), 'somebody has ended its query']),
  );
  for (;;) {
    const image: BeforeImage = { world, ...(remade.length > 0 && { remade }) };
    const { actions, refusals } = work.plan(image);
    if (refusals.length > 0) throw new Failure('StatementRefused', refusals.join('. '), { details: refusals });
    const replaced = actions.flatMap(({ kind, address }) => (kind === 'replace' ? [address] : []));
    const untested: Told = { oneWay: new Set(replaced), untried: true, reasons };
    const tried = known ? actions : withoutOpenSchemas(actions);
    if (!tried) return { image, actions, told: untested, untried: [] };
    const rehearsal = await dryRun(work.client, tried, signal);
    const action = rehearsal.verdict === 'accepted' ? undefined : actions[rehearsal.at]!;
    if (rehearsal.verdict === 'accepted' && !known) return { image, actions, told: untested, untried: [] };
    if (rehearsal.verdict === 'accepted')
      return { image, actions, told: { oneWay: await oneWay(work.client, actions, signal), reasons }, untried: [] };
    if (rehearsal.verdict === 'unknown' || (!known && action!.kind !== 'replace'))
      return {
        image,
        actions,
        told: untested,
        untried: [`${label(action!.statement)} could not be tried yet: ${rehearsal.message}`],
      };
    if (action!.kind !== 'replace') throw refusal(work.client, action!, rehearsal.message);
    remade.push(action!.name);
    reasons[action!.address] = rehearsal.message;
  }
};

/** What can be tried before the registry has given its ids: undefined where more than the schemas of sinks is open. */
const withoutOpenSchemas = (actions: Action[]): Rehearsed[] | undefined => {
  const tried = actions.flatMap(({ statement, sql }) => {
    const text = withoutOpenSchema(statement, sql);
    return text === undefined ? [] : [{ statement, sql: text }];
  });
  return tried.length === actions.length ? tried : undefined;
};

const addressOf = ({ sources }: World, name: string): string => `${sources[name]!.object} ${name}`;

const refusal = (client: KsqlDbClient, action: Action, message: string): Failure =>
  new Failure('StatementRefused', `${label(action.statement)} was refused by ksqlDB at ${client.endpoint} before anything ran: ${message}`);

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
