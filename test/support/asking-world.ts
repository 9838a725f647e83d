import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { stringify } from 'yaml';
import { exceptionWorkflowId, registerWorkflowId, REGISTRY } from '../../lifecycle/ids.js';
import type { Governance } from '../../lifecycle/environment.js';
import type { ExceptionRequest, OperationStatus } from '../../lifecycle/messages.js';
import type { LocalConfigOptions } from '../../local/steward-config.js';
import type { ExceptionTerms, Policy } from '../../policies/policy.js';
import { untilStatus } from './operations.js';
import { smallProduct } from './small-product.js';
import type { SmallProduct } from './small-product.js';
import { openWorld } from './steward-world.js';
import type { StewardWorld, WorkerProcess } from './steward-world.js';

/** A registration that waits for people, and the request that they decide. */
export interface Asked {
  product: SmallProduct;
  operation: WorkflowHandle;
  request: WorkflowHandle;
  exception: ExceptionRequest;
}

/** A world in which registrations need exceptions: quick, because a registration touches nothing but the catalog. */
export class AskingWorld {
  worker!: WorkerProcess;

  private constructor(
    readonly world: StewardWorld,
    private readonly home: string,
    private readonly terms: { [policy: string]: ExceptionTerms },
    private readonly secrets: Record<string, string>,
  ) {}

  /**
   * @param terms by policy; a policy asks for an exception where the product's name contains its own (letters and digits)
   * @param worker more of the worker's configuration, and variables of its environment
   */
  static async open(
    terms: { [policy: string]: ExceptionTerms },
    governance: Partial<Governance>,
    { secrets = {}, ...options }: Partial<LocalConfigOptions> & { secrets?: Record<string, string> } = {},
  ): Promise<AskingWorld> {
    const asking = new AskingWorld(await openWorld(), await mkdtemp(join(tmpdir(), 'steward-asking-')), terms, secrets);
    Object.assign(asking.world.options, options);
    await asking.restart(governance);
    return asking;
  }

  /** The worker anew, with other rules of who may do what, and with other policies beside those of before. */
  async restart(governance: Partial<Governance>, ...others: Policy[]): Promise<void> {
    this.worker?.kill('SIGTERM');
    await this.worker?.ended;
    const folder = await mkdtemp(join(this.home, 'policies-'));
    await mkdir(folder, { recursive: true });
    const policies = [...Object.entries(this.terms).map(([name, exceptions]) => policyOf(name, exceptions)), ...others];
    for (const policy of policies) await writeFile(join(folder, `${policy.name}.yaml`), stringify(policy));
    Object.assign(this.world.options, { registration: governance, policies: { folder } });
    this.worker = await this.world.startWorker(this.secrets);
  }

  /** Starts a registration, and waits until somebody is asked. @param name holds the names of the policies that are to ask */
  async ask(name: string, input: object = {}, version = '1.0.0'): Promise<Asked> {
    const product = smallProduct(this.world, name, { version });
    const bundle = await this.world.uploadFiles(product.files);
    const operation = await this.world.start('registerDataProduct', registerWorkflowId(product.line, version), {
      bundle,
      requestedBy: 'developer@localhost',
      ...input,
    });
    const { awaiting } = await untilStatus(this.world, operation, 'asks', (status) => status.awaiting.length > 0);
    return { product, operation, ...this.requestOf(awaiting[0]!) };
  }

  requestOf(exception: ExceptionRequest): Pick<Asked, 'request' | 'exception'> {
    return { exception, request: this.world.client.workflow.getHandle(exceptionWorkflowId(REGISTRY, exception.line, exception.digest)) };
  }

  until(handle: WorkflowHandle, what: string, such: (status: OperationStatus) => unknown): Promise<OperationStatus> {
    return untilStatus(this.world, handle, what, such);
  }

  async close(): Promise<void> {
    await this.world.close();
    await rm(this.home, { recursive: true });
  }
}

/** Asks for an exception where a product's name contains the policy's. */
export const policyOf = (name: string, exceptions: ExceptionTerms, changes: Partial<Policy> = {}): Policy => ({
  name,
  version: '1.0.0',
  description: 'A policy of the tests.',
  owner: 'platform@localhost',
  points: ['register'],
  match: { when: `product.info.fullyQualifiedName.contains("${name}")` },
  severity: 'blocking',
  life: 'enforced',
  exceptions,
  validations: [{ expression: 'false', message: `Not without ${name}.`, evidence: '[product.info.version]' }],
  ...changes,
});

/** What a person sends; the update says at once whether it was obeyed. */
export const decide = (
  { request, exception }: Pick<Asked, 'request' | 'exception'>,
  approver: string,
  decision: 'approve' | 'reject' | 'delegate' = 'approve',
  more: object = {},
): Promise<string> =>
  request.executeUpdate<string, [object]>('decideException', { args: [{ exception: exception.digest, approver, decision, ...more }] });

/** Why it was not obeyed. */
export const refusal = async (deciding: Promise<unknown>): Promise<string> => {
  try {
    return `obeyed: ${String(await deciding)}`;
  } catch (error) {
    const { cause } = error as { cause?: { message?: string } };
    return cause?.message ?? String(error);
  }
};
