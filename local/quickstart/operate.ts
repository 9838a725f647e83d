import type { Digest } from '../../lifecycle/digest.js';
import { failures } from '../../lifecycle/failures.js';
import { operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import type { ExceptionRequest, OperationStatus } from '../../lifecycle/messages.js';
import type { OperationResult, RegisterResult } from '../../lifecycle/operations.js';
import { createShow } from '../../client/show.js';
import { linkTo, startOperation, type Start } from '../../client/start.js';
import { watch } from '../../client/watch.js';
import type { WorkflowHandle } from '@temporalio/client';
import { localPeople } from '../steward-config.js';
import type { Narrator } from './narrator.js';
import type { Session } from './session.js';

/** The environment of the quickstart's worker. */
export const ENVIRONMENT = 'local';

const workflowTypes = { deploy: 'deployDataProduct', upgrade: 'upgradeDataProduct', retire: 'retireDataProduct' } as const;

/** Asked once for every request that comes up. */
export type OnRequest = (handle: WorkflowHandle, request: ExceptionRequest) => Promise<void>;

/** Registers an uploaded bundle and shows it as the command line does. */
export async function register(
  session: Session,
  narrator: Narrator,
  product: { line: string; version: string; bundle: Digest },
): Promise<RegisterResult> {
  const { line, version, bundle } = product;
  return operate<RegisterResult>(session, narrator, {
    workflowType: 'registerDataProduct',
    workflowId: registerWorkflowId(line, version),
    input: { bundle, requestedBy: localPeople.developer },
    summary: `register ${line} ${version}`,
  });
}

/** Starts deploy, upgrade or retire and shows it as the command line does. */
export async function change(
  session: Session,
  narrator: Narrator,
  kind: keyof typeof workflowTypes,
  product: { line: string; version: string },
  onRequest?: OnRequest,
): Promise<OperationResult> {
  const { line, version } = product;
  return operate<OperationResult>(
    session,
    narrator,
    {
      workflowType: workflowTypes[kind],
      workflowId: operationWorkflowId(kind, ENVIRONMENT, line),
      input: { product: line, version, environment: ENVIRONMENT, requestedBy: localPeople.developer },
      summary: `${kind} ${line} ${version} in ${ENVIRONMENT}`,
    },
    onRequest,
  );
}

async function operate<R>(session: Session, narrator: Narrator, start: Start, onRequest?: OnRequest): Promise<R> {
  return follow<R>(session, narrator, await startOperation(session.connected, start), onRequest);
}

/** Shows a running operation until its result. @throws as the operation failed, or when it waits for an operator */
export async function follow<R>(
  { connected }: Pick<Session, 'connected'>,
  narrator: Narrator,
  handle: WorkflowHandle,
  onRequest?: OnRequest,
): Promise<R> {
  narrator.tell(linkTo(connected, handle));
  const show = createShow((line) => narrator.tell(line));
  const { promise: failed, see } = answerRequests(handle, onRequest);
  const watched = await Promise.race([
    failed,
    watch<R>(handle, (status) => {
      show(status);
      see(status);
    }),
  ]);
  if (watched.ended === 'result') return watched.result;
  throw new Error(`not everything could be undone; the run stays open. Next: ${failures.CompensationIncomplete.next}`);
}

/** `promise` rejects when answering a request fails, and never resolves. */
function answerRequests(handle: WorkflowHandle, onRequest?: OnRequest): { promise: Promise<never>; see(status: OperationStatus): void } {
  const seen = new Set<string>();
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => (fail = reject));
  promise.catch(() => undefined);
  return {
    promise,
    see({ awaiting }) {
      for (const request of awaiting) {
        if (seen.has(request.digest)) continue;
        seen.add(request.digest);
        onRequest?.(handle, request).catch(fail);
      }
    },
  };
}
