import type { Json } from '../../../lifecycle/digest.js';
import type { EffectPhase, PlannedChange } from '../../../lifecycle/executor.js';
import type { ChangeEntry } from './change-digest.js';

const TOPIC = 'kafka_topic';

/** Deletes and replaces wait until all else has succeeded. */
export const phaseOf = (entry: ChangeEntry): EffectPhase =>
  entry.actions.includes('delete') || entry.actions.includes('forget') ? 'finalise' : 'apply';

/** A plan's entries in the contract's words. Outputs show only when nothing else changes: otherwise they follow from the resources. */
export function plannedChanges(entries: ChangeEntry[]): PlannedChange[] {
  const resources = entries.filter(({ kind }) => kind === 'resource');
  const shown = resources.length > 0 ? resources : entries.filter(({ kind }) => kind === 'output');
  return shown.map((entry) => {
    const summary = summaryOf(entry);
    return {
      address: entry.address,
      action: actionOf(entry),
      dataLoss: losesData(entry),
      phase: phaseOf(entry),
      undo: undoOf(entry),
      ...(entry.actions.includes('forget') ? { letGo: true as const } : {}),
      ...(entry.previousAddress === undefined ? {} : { formerAddress: entry.previousAddress }),
      ...(summary === undefined ? {} : { summary }),
      ...(entry.type === TOPIC ? { values: topicValues(entry) } : {}),
    };
  });
}

/** A topic as it would be; as it was, where it goes. */
function topicValues({ actions, before, after }: ChangeEntry): NonNullable<PlannedChange['values']> {
  const shown = actions.includes('delete') && !actions.includes('create') ? before : after;
  // What is not known yet is left out, so that a policy can ask whether it is there.
  const named = ['name', 'partitions', 'replication_factor']
    .map((name) => [name, valueOf(shown, name)] as const)
    .filter(([, value]) => value !== null);
  return { type: TOPIC, ...Object.fromEntries(named), config: configOf(shown) };
}

function actionOf({ actions, importing }: ChangeEntry): PlannedChange['action'] {
  if (actions.includes('delete')) return actions.includes('create') ? 'replace' : 'delete';
  if (importing !== undefined) return 'adopt';
  if (actions.includes('forget')) return 'delete';
  return actions.includes('create') ? 'create' : 'update';
}

/** Records are lost with their topic, and when it is told to keep less. */
function losesData(entry: ChangeEntry): boolean {
  if (entry.type !== TOPIC) return false;
  return entry.actions.includes('delete') || keepsLess(configOf(entry.before), configOf(entry.after), entry);
}

function keepsLess(before: { [key: string]: Json }, after: { [key: string]: Json }, { actions }: ChangeEntry): boolean {
  const givenBack = actions.includes('forget') && Object.keys(after).length > 0;
  if (!actions.includes('update') && !givenBack) return false;
  const policy = 'cleanup.policy';
  if ((before[policy] ?? 'delete') !== (after[policy] ?? 'delete')) return true;
  return ['retention.ms', 'retention.bytes'].some((name) => name in after && limit(after[name]) < limit(before[name]));
}

/** -1 and nothing = no limit, as far as loss is concerned. */
function limit(value: Json | undefined): number {
  const number = Number(value ?? -1);
  return number < 0 || Number.isNaN(number) ? Infinity : number;
}

function undoOf(entry: ChangeEntry): PlannedChange['undo'] {
  if (entry.type === TOPIC && (entry.actions.includes('delete') || growsPartitions(entry))) return 'none';
  if (entry.actions.includes('delete')) return 'equivalent';
  return losesData(entry) ? 'equivalent' : 'exact';
}

const growsPartitions = ({ actions, before, after }: ChangeEntry): boolean =>
  actions.includes('update') && valueOf(before, 'partitions') !== valueOf(after, 'partitions');

function summaryOf(entry: ChangeEntry): string | undefined {
  if (entry.previousAddress !== undefined) return `moved from ${entry.previousAddress}`;
  if (entry.actions.includes('forget')) return forgotten(entry);
  if (entry.importing !== undefined) return `adopts ${entry.importing}`;
  if (entry.type !== TOPIC) return undefined;
  const shown = entry.actions.includes('delete') && !entry.actions.includes('create') ? entry.before : entry.after;
  return `topic ${String(valueOf(shown, 'name'))}, ${String(valueOf(shown, 'partitions'))} partitions`;
}

/** What is given back is told with what changes of it on the way. */
function forgotten({ before, after }: ChangeEntry): string {
  const changed = Object.keys(after ?? {}).filter((name) => JSON.stringify(valueOf(before, name)) !== JSON.stringify(valueOf(after, name)));
  const back = changed.length === 0 ? '' : `, with its former ${changed.join(', ')}`;
  return `no longer managed; stays in the world${back}`;
}

function valueOf(values: Json, name: string): Json {
  return typeof values === 'object' && values !== null && !Array.isArray(values) ? (values[name] ?? null) : null;
}

function configOf(values: Json): { [key: string]: Json } {
  const config = valueOf(values, 'config');
  return typeof config === 'object' && config !== null && !Array.isArray(config) ? config : {};
}
