import type { WorkflowHandle } from '@temporalio/client';
import { operationWorkflowId, registerWorkflowId } from '../../../lifecycle/ids.js';
import { localPeople } from '../../../local/steward-config.js';
import { eventually } from '../eventually.js';
import { begin, outcomeOf } from '../operations.js';
import type { Outcome } from '../operations.js';
import type { Cut } from './cuts.js';
import type { MatrixWorld, QuickProduct } from './matrix-world.js';
import type { Version } from './quick-product.js';
import type { Injected } from './wire.js';

/** Where a product of the matrix is in its life. */
export type Place = 'unknown' | 'registered' | Version | 'retired';

/** A row of the matrix: an operation, as it goes when nothing disturbs it. */
export interface Operation {
  name: string;
  from: Place;
  to: Place;
  /** How its run ends: the result's state, or a type of failure. */
  ended: string;
  workflowId(product: QuickProduct): string;
  /** @param input more of it */
  start(matrix: MatrixWorld, product: QuickProduct, input: object): Promise<WorkflowHandle>;
  /** What is told to be wrong, so that the operation turns back. */
  fails?: { activity: RegExp; injected: Injected };
}

/** Where its timer is what a retirement is stopped at: its date is later than all the others that are stopped with it. */
const LATE_SUNSET_MS = 90_000;

const change = (kind: 'deploy' | 'upgrade' | 'retire', version: Version) => ({
  workflowId: ({ line }: QuickProduct) => operationWorkflowId(kind, 'local', line),
  start: ({ world }: MatrixWorld, product: QuickProduct, input: object) => begin(world, kind, product[version], input),
});

/** The last look of an operation says that what was made does not work. */
const sick = { activity: /^terraform\.probe/, injected: { type: 'VerificationFailed', message: 'what was made does not work' } };

const register: Operation = {
  name: 'register',
  from: 'unknown',
  to: 'registered',
  ended: 'registered',
  workflowId: ({ line }) => registerWorkflowId(line, '1.0.0'),
  async start({ world }, product) {
    const bundle = await world.uploadFiles(product['1.0.0'].files);
    return world.start('registerDataProduct', register.workflowId(product), { bundle });
  },
};
const deploy: Operation = { name: 'deploy', from: 'registered', to: '1.0.0', ended: 'deployed', ...change('deploy', '1.0.0') };
const upgrade: Operation = { name: 'upgrade', from: '1.0.0', to: '1.1.0', ended: 'upgraded', ...change('upgrade', '1.1.0') };
const retire: Operation = {
  name: 'retire',
  from: '1.1.0',
  to: 'retired',
  ended: 'retired',
  ...change('retire', '1.1.0'),
};

/** In the order of a life: each begins where the one before has ended. */
export const operations: Operation[] = [
  register,
  { ...deploy, name: 'deploy, undone', to: 'registered', ended: sick.injected.type, fails: sick },
  deploy,
  { ...upgrade, name: 'upgrade, undone', to: '1.0.0', ended: sick.injected.type, fails: sick },
  upgrade,
  retire,
];

/** Starts it, with what is wrong with it. @param cut where it is to be stopped */
export function start(matrix: MatrixWorld, operation: Operation, product: QuickProduct, cut?: Cut): Promise<WorkflowHandle> {
  const { fails } = operation;
  if (fails) matrix.stops.inject(operation.workflowId(product), 'taken', fails.activity, fails.injected);
  const isLate = operation.to === 'retired' && cut?.kind === 'timer set';
  return operation.start(matrix, product, isLate ? { sunset: new Date(Date.now() + LATE_SUNSET_MS).toISOString() } : {});
}

/** A run that was stopped, lost its worker, met an outage and asked a person on a busy machine. */
const LONGEST_MS = 900_000;

/** How a run ended, and of which steps an operator was asked on the way. */
export interface End extends Outcome {
  stuck: string[];
  /** True when a person may have granted something: it is not asked for again in the same life of the product. */
  granted: boolean;
}

/** What people say to a run. */
export interface People {
  /** Done before they say yes to what they are asked. */
  beforeApproval?: () => Promise<void>;
  /** What an operator says about a step that cannot be undone. */
  answer?: 'retry' | 'skip';
}

/** Waits for the end, and says what people say. */
export async function end({ world }: MatrixWorld, handle: WorkflowHandle, { beforeApproval, answer = 'retry' }: People = {}): Promise<End> {
  const outcome = outcomeOf(handle);
  let ended = false;
  void outcome.finally(() => (ended = true)).catch(() => undefined);
  const approved = new Set<string>();
  const stuck = new Set<string>();
  /** The newest of each step: why a run that does not end does not. */
  const why = new Map<string, string>();
  const look = async (): Promise<boolean> => {
    if (ended) return true;
    const status = await world.status(handle);
    for (const { digest } of status?.awaiting ?? []) {
      if (approved.has(digest)) continue;
      approved.add(digest);
      await beforeApproval?.();
      await handle.signal('approveException', { exception: digest, approver: localPeople.approver }).catch(() => undefined);
    }
    for (const { step, address, reason } of status?.remains ?? []) {
      if (ended) break;
      stuck.add(step);
      why.set(step, `${address}: ${reason}`);
      const args: [object] = [{ step, action: answer, operator: 'operator@localhost', reason: 'the matrix says so' }];
      // Another step may have been brought to its end by this one, or a worker have died.
      await handle.executeUpdate<string, [object]>('resolveCompensation', { args }).catch((error: unknown) => {
        why.set(step, `${address}: ${reason}; the answer: ${String((error as Error).cause ?? error)}`);
      });
    }
    return ended;
  };
  await eventually(look, `${handle.workflowId} ends`, LONGEST_MS).catch((error: Error) => {
    throw new Error(`${error.message}: ${[...why].map((each) => each.join(' ')).join('; ') || 'nothing remains'}`, { cause: error });
  });
  return { ...(await outcome), stuck: [...stuck], granted: approved.size > 0 };
}
