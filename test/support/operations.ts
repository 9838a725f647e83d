import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { living } from '../../activities/support/process-record.js';
import { formerAttempts } from '../../activities/support/scratch.js';
import { operationWorkflowId, registerWorkflowId, terraformStateKey } from '../../lifecycle/ids.js';
import type { OperationStatus } from '../../lifecycle/messages.js';
import type { FailureReport, OperationResult } from '../../lifecycle/operations.js';
import { localPeople } from '../../local/steward-config.js';
import { eventually } from './eventually.js';
import type { SmallProduct } from './small-product.js';
import type { StewardWorld } from './steward-world.js';

/** How an operation ended, whichever way. */
export interface Outcome {
  /** The result's state, a failure type of the catalogue, or `Cancelled`. */
  ended: string;
  message: string;
  report?: FailureReport & { cause: { type: string; message: string } };
}

/** Uploads and registers; throws when that fails. */
export async function register(world: StewardWorld, ...products: SmallProduct[]): Promise<void> {
  await Promise.all(
    products.map(async ({ line, version, files }) => {
      const bundle = await world.uploadFiles(files);
      await (await world.start('registerDataProduct', registerWorkflowId(line, version), { bundle })).result();
    }),
  );
}

type Kind = 'deploy' | 'upgrade' | 'retire';
const workflowTypes = { deploy: 'deployDataProduct', upgrade: 'upgradeDataProduct', retire: 'retireDataProduct' } as const;

/** Starts an operation on a registered product. */
export function begin(
  world: StewardWorld,
  kind: Kind,
  product: SmallProduct,
  input: object = {},
  id = operationWorkflowId(kind, 'local', product.line),
): Promise<WorkflowHandle> {
  const { line, version } = product;
  return world.start(workflowTypes[kind], id, {
    product: line,
    version,
    environment: 'local',
    requestedBy: 'developer@localhost',
    ...input,
  });
}

/** Waits until a run asks for so many exceptions, and grants them all; with none it waits for nothing. */
export async function grantAll(world: StewardWorld, handle: WorkflowHandle, exceptions: number): Promise<void> {
  if (exceptions === 0) return;
  const { awaiting } = await untilStatus(
    world,
    handle,
    `asks for ${exceptions} exception(s)`,
    (status) => status.awaiting.length === exceptions,
  );
  for (const { digest } of awaiting) await handle.signal('approveException', { exception: digest, approver: localPeople.approver });
}

/** Waits for the end of a run. */
export async function outcomeOf(handle: Pick<WorkflowHandle, 'result'>): Promise<Outcome> {
  try {
    const result = (await handle.result()) as OperationResult;
    return { ended: result.state, message: '' };
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : error;
    if (cause instanceof CancelledFailure) return { ended: 'Cancelled', message: cause.message };
    if (cause instanceof ApplicationFailure)
      return { ended: cause.type ?? '', message: cause.message, report: cause.details?.[0] as NonNullable<Outcome['report']> };
    throw error;
  }
}

/** Waits until the status of a run is such. */
export const untilStatus = (
  world: StewardWorld,
  handle: WorkflowHandle,
  what: string,
  such: (status: OperationStatus) => unknown,
): Promise<OperationStatus> =>
  eventually(async () => {
    const status = await world.status(handle);
    return status && such(status) ? status : undefined;
  }, `${what} (${handle.workflowId})`);

/** Terraform's running processes with effects on a product's infrastructure, whichever worker started them. */
export async function terraformOf(world: StewardWorld, { fqn }: SmallProduct): Promise<number[]> {
  const key = terraformStateKey(fqn, 'local', 'infrastructure:store:provision');
  const attempts = await formerAttempts(join(world.scratch, 'terraform'), `terraform ${key}`);
  return living(attempts.flatMap(({ processes }) => processes))
    .filter(({ kind }) => kind === 'effect')
    .map(({ pid }) => pid);
}
