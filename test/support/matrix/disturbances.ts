import type { WorkflowHandle } from '@temporalio/client';
import { operationWorkflowId } from '../../../lifecycle/ids.js';
import { eventually } from '../eventually.js';
import { begin, outcomeOf } from '../operations.js';
import type { Outcome } from '../operations.js';
import type { MatrixWorld, QuickProduct } from './matrix-world.js';
import { end } from './operations.js';
import type { End, Operation } from './operations.js';
import type { Stop } from './stops.js';

export interface Disturbed {
  matrix: MatrixWorld;
  operation: Operation;
  product: QuickProduct;
  stop: Stop;
  handle: WorkflowHandle;
  /** How the run ends; says yes to what people are asked. */
  outcome: Promise<End>;
}

/** Something that happens to an operation while it stands at a cut. */
export interface Disturbance {
  name: string;
  /** The cuts of an activity at which it is done. */
  at: 'taken' | 'effect';
  /** Operations that it is not done to. */
  not?: string[];
  /** Only at these activities. */
  activities?: RegExp;
  /** Does it, and lets the run go on where it can. Returns how the run ended, which may be another one by now. */
  act(disturbed: Disturbed): Promise<End>;
  /** What an operator says to what could not be undone; default: `retry`. */
  answer?: 'skip';
  /** True where the run itself cannot bring the world to rest: what follows does. */
  recovers?: boolean;
}

const UNDONE = ['deploy, undone', 'upgrade, undone'];
const injected = { type: 'SystemRefused', message: 'the matrix says no' };

/** Finishes or undoes what was left, as an operator does. */
export async function recoverBy({ world }: MatrixWorld, { line }: QuickProduct): Promise<Outcome> {
  const id = operationWorkflowId('recover', 'local', line);
  const handle = await world.start('recoverDataProduct', id, { product: line, environment: 'local', requestedBy: 'operator@localhost' });
  return outcomeOf(handle);
}

async function fail({ stop, outcome }: Disturbed): Promise<End> {
  stop.release(injected);
  return outcome;
}

async function cancel({ stop, outcome, handle }: Disturbed): Promise<End> {
  await handle.cancel();
  stop.release();
  return outcome;
}

async function terminate({ stop, outcome, handle }: Disturbed): Promise<End> {
  await handle.terminate('by force');
  stop.release();
  return outcome.catch(ended('Terminated'));
}

async function deleteRun({ matrix: { world }, stop, outcome, handle }: Disturbed): Promise<End> {
  const { runId } = await handle.describe();
  await world.client.workflowService.deleteWorkflowExecution({
    namespace: world.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
  });
  await eventually(
    () =>
      handle.describe().then(
        () => false,
        () => true,
      ),
    'the run is gone',
  );
  stop.release();
  return outcome.catch(ended('Deleted'));
}

/** Where nothing is known of the run any more, waiting for its end fails in one way or another. */
const ended =
  (how: string) =>
  (error: Error): End => ({ ended: how, message: error.message, stuck: [], granted: true });

/** As the Temporal UI resets a run: to the first or the last of its decisions. */
const reset =
  (which: 'first' | 'last') =>
  async ({ matrix, stop, outcome, handle, product }: Disturbed): Promise<End> => {
    const { client, namespace } = matrix.world;
    const { events } = await handle.fetchHistory();
    const decisions = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
    const { workflowId } = handle;
    const { runId } = await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId: (await handle.describe()).runId },
      reason: 'by force',
      requestId: `${workflowId}-${product.name}`,
      workflowTaskFinishEventId: decisions.at(which === 'first' ? 0 : -1)!.eventId!,
    });
    stop.release();
    await outcome.catch(() => undefined);
    // Whether the run before it has been granted something nobody says.
    return { ...(await end(matrix, client.workflow.getHandle(workflowId, runId))), granted: true };
  };

/** The same operation once more, under another id: the record lets one of them in. */
async function second({ matrix, operation, product, stop, outcome }: Disturbed): Promise<End> {
  const version = operation.name === 'deploy' ? '1.0.0' : '1.1.0';
  const kind = operation.name as 'deploy' | 'upgrade' | 'retire';
  const other = await begin(matrix.world, kind, product[version], {}, `second-${operation.workflowId(product)}`);
  const answered = outcomeOf(other);
  // It ends at once where the record is taken, and goes the whole way where it is not.
  const first = await answered;
  stop.release();
  const own = await outcome;
  return first.ended === operation.ended ? { ...first, stuck: [], granted: true } : own;
}

/** Cuts a system off until the activity at hand has ended, in whatever way. */
const outage =
  (system: 'store' | 'registry' | 'kafka' | 'gateway') =>
  ({ matrix, stop, outcome, handle }: Disturbed): Promise<End> =>
    alone(async () => {
      const proxy = matrix.faults[system];
      await proxy.down();
      const noticed = matrix.stops.nextEffect(handle.workflowId);
      stop.release();
      await Promise.race([noticed, outcome]);
      await proxy.up();
    }).then(() => outcome);

/** Systems are one for all lives: one outage at a time. */
let outages: Promise<void> = Promise.resolve();
const alone = (work: () => Promise<void>): Promise<void> => (outages = outages.then(work));

export const disturbances: Disturbance[] = [
  { name: 'fails before its effect', at: 'taken', act: fail },
  { name: 'fails after its effect', at: 'effect', act: fail },
  { name: 'its undo fails, and is skipped', at: 'taken', activities: /\.revert /, answer: 'skip', act: fail },
  { name: 'cancelled before', at: 'taken', act: cancel },
  { name: 'cancelled after', at: 'effect', act: cancel },
  { name: 'terminated before', at: 'taken', not: [...UNDONE, 'register'], act: terminate, recovers: true },
  { name: 'terminated after', at: 'effect', not: ['register'], act: terminate, recovers: true },
  { name: 'deleted', at: 'effect', not: [...UNDONE, 'register'], act: deleteRun, recovers: true },
  { name: 'reset to its beginning', at: 'effect', not: UNDONE, act: reset('first') },
  { name: 'reset to its last decision', at: 'effect', not: UNDONE, act: reset('last') },
  { name: 'a second operation', at: 'taken', not: [...UNDONE, 'register', 'retire'], act: second },
  { name: 'object store cut off', at: 'taken', act: outage('store') },
  { name: 'schema registry cut off', at: 'taken', activities: /^schema-registry/, act: outage('registry') },
];

const onEffects = { activities: /^(terraform|flink-sql)\.(apply|revert) / };

/** What is done to products of topics and jobs: the outages of their systems, and what makes an operation turn back amid its effects. */
export const deepDisturbances: Disturbance[] = [
  { name: 'fails before its effect', at: 'taken', ...onEffects, act: fail },
  { name: 'fails after its effect', at: 'effect', ...onEffects, act: fail },
  { name: 'cancelled after', at: 'effect', ...onEffects, act: cancel },
  { name: 'broker cut off', at: 'taken', activities: /^terraform/, act: outage('kafka') },
  { name: 'Flink cut off', at: 'taken', activities: /^flink-sql/, act: outage('gateway') },
];
