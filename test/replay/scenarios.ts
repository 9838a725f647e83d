import type { WorkflowHandle } from '@temporalio/client';
import { exceptionWorkflowId, notificationWorkflowId, registerWorkflowId, operationWorkflowId } from '../../lifecycle/ids.js';
import type { ExceptionRequest } from '../../lifecycle/messages.js';
import type { NotificationType } from '../../lifecycle/notifications.js';
import { localPeople } from '../../local/steward-config.js';
import type { CuttingProxy } from '../support/cutting-proxy.js';
import { eventually } from '../support/eventually.js';
import { notification } from '../support/notification-samples.js';
import { dataModule, jobsSql, smallProduct, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { begin, outcomeOf, untilStatus } from '../support/operations.js';
import type { StewardWorld } from '../support/steward-world.js';
import { topicNames } from '../support/world-snapshot.js';

/** Keeps a run's history under a name that says operation and outcome. */
export type Keep = (name: string, handle: WorkflowHandle) => Promise<void>;

/** The products of the recording. */
export interface Products {
  calm: SmallProduct;
  failing: SmallProduct;
  slow: SmallProduct;
  stuck: SmallProduct;
}

const small = (name: string) => ({ terraform: dataModule(name), sql: jobsSql('sink_a') });
const topics = (name: string, last: 1 | 3) =>
  topicsModule(
    ['a', 'b', 'c', 'd'].map((topic) => `${name}-${topic}`),
    last,
  );

export const makeProducts = (world: StewardWorld): Products => ({
  calm: smallProduct(world, 'calm', small('calm')),
  failing: smallProduct(world, 'failing', { terraform: topics('failing', 3) }),
  slow: smallProduct(world, 'slow', { terraform: topics('slow', 1) }),
  // Its job fails when it runs.
  stuck: smallProduct(world, 'stuck', { ...small('stuck'), sql: jobsSql('sink_a').replace('SELECT a', 'SELECT a / (a - a)') }),
});

/** Registrations: done, known already, refused for each reason. */
export async function registrations(world: StewardWorld, { calm, failing, slow, stuck }: Products, keep: Keep): Promise<void> {
  const submit = async (name: string, product: SmallProduct, input: object, ended: string): Promise<void> => {
    const handle = await world.start('registerDataProduct', registerWorkflowId(product.line, product.version), input);
    await expectEnd(name, handle, ended);
    await keep(name, handle);
  };
  const bundle = await world.uploadFiles(calm.files);
  await submit('register-dry-run', calm, { bundle, dryRun: true }, 'valid');
  await submit('register-done', calm, { bundle }, 'registered');
  await submit('register-known', calm, { bundle }, 'alreadyRegistered');
  await submit('register-wrong-shape', calm, { bundel: bundle }, 'InvalidInput');
  const root = 'data-product-descriptor.json';
  const broken = { ...calm.files, [root]: calm.files[root]!.replace('"owner"', '"ownr"') };
  await submit('register-invalid', calm, { bundle: await world.uploadFiles(broken) }, 'InvalidDescriptor');
  const narrowed = smallProduct(world, 'calm', { ...small('calm'), version: '1.0.1', fields: [{ name: 'other', type: 'long' }] });
  await submit('register-incompatible', narrowed, { bundle: await world.uploadFiles(narrowed.files) }, 'NotCompatible');
  for (const product of [failing, slow, stuck])
    await expectEnd(
      'register',
      await world.start('registerDataProduct', registerWorkflowId(product.line, product.version), {
        bundle: await world.uploadFiles(product.files),
      }),
      'registered',
    );

  // Old records do not have the new field: somebody has to agree.
  const fields = ['id', 'needed'].map((name) => ({ name, type: 'string' }));
  const doubtful = smallProduct(world, 'failing', { terraform: topics('failing', 3), version: '1.1.0', fields });
  const handle = await world.start('registerDataProduct', registerWorkflowId(doubtful.line, doubtful.version), {
    bundle: await world.uploadFiles(doubtful.files),
    requestedBy: localPeople.developer,
  });
  const { awaiting } = await untilStatus(world, handle, 'an exception is asked for', (status) => status.awaiting.length > 0);
  await keep('register-waiting', handle);
  await handle.signal('approveException', { exception: awaiting[0]!.digest, approver: localPeople.approver });
  await expectEnd('register-approved', handle, 'registered');
  await keep('register-approved', handle);
}

/** Deploys and an upgrade: done, empty, planned only, refused, failed and compensated, cancelled, ended from outside and recovered. */
export async function deployments(world: StewardWorld, { calm, failing, slow }: Products, keep: Keep): Promise<void> {
  const run = async (name: string, kind: 'deploy' | 'upgrade', product: SmallProduct, ended: string, input: object = {}): Promise<void> => {
    const handle = await begin(world, kind, product, input);
    await expectEnd(name, handle, ended);
    await keep(name, handle);
  };
  await run('deploy-planned', 'deploy', calm, 'planned', { dryRun: true });
  await run('deploy-done', 'deploy', calm, 'deployed');
  await run('deploy-unchanged', 'deploy', calm, 'unchanged');
  await run('deploy-unknown-version', 'deploy', { ...calm, version: '9.9.9' }, 'UnknownVersion');
  await run('deploy-compensated', 'deploy', failing, 'TerraformFailed');

  const firstTopic = (what: string) =>
    eventually(async () => (await topicNames(world)).some((name) => name.includes('slow-')), `${what}: the first topic is there`);
  const cancelled = await begin(world, 'deploy', slow);
  await firstTopic('deploy-cancelled');
  await cancelled.cancel();
  await expectEnd('deploy-cancelled', cancelled, 'Cancelled');
  await keep('deploy-cancelled', cancelled);
  await eventually(async () => !(await topicNames(world)).some((name) => name.includes('slow-')), 'the topics are gone');

  const terminated = await begin(world, 'deploy', slow);
  await firstTopic('recover');
  await terminated.terminate('ended from outside');
  const input = { product: slow.line, environment: 'local', requestedBy: localPeople.developer };
  for (const [name, ended] of [
    ['recover-recovered', 'recovered'],
    ['recover-clean', 'clean'],
  ] as const) {
    const handle = await world.start('recoverDataProduct', operationWorkflowId('recover', 'local', slow.line), input);
    await expectEnd(name, handle, ended);
    await keep(name, handle);
  }

  const fields = [
    { name: 'id', type: 'string' },
    { name: 'note', type: ['null', 'string'], default: null },
  ];
  const next = smallProduct(world, 'calm', { ...small('calm'), version: '1.1.0', fields });
  const registered = await world.start('registerDataProduct', registerWorkflowId(next.line, next.version), {
    bundle: await world.uploadFiles(next.files),
  });
  await expectEnd('register-minor', registered, 'registered');
  await keep('register-minor', registered);
  await run('upgrade-after-schemas', 'upgrade', next, 'upgraded');
  Object.assign(calm, next);
}

/** Rehearsals: clean ones of a deploy and of an upgrade, refused, of what cannot be done, cancelled with a former version in the twin. */
export async function rehearsals(world: StewardWorld, { calm, failing }: Pick<Products, 'calm' | 'failing'>, keep: Keep): Promise<void> {
  const start = ({ line }: SmallProduct, input: object = {}): Promise<WorkflowHandle> => {
    const asked = { product: line, environment: 'local', requestedBy: localPeople.developer, ...input };
    return world.start('rehearseDataProduct', operationWorkflowId('rehearse', 'local', line), asked);
  };
  const run = async (name: string, product: SmallProduct, ended: string, input: object = {}): Promise<void> => {
    const handle = await start(product, input);
    await expectEnd(name, handle, ended);
    await keep(name, handle);
  };
  await run('rehearse-deploy', calm, 'rehearsed', { version: '1.0.0' });
  await run('rehearse-upgrade', calm, 'rehearsed', { from: '1.0.0', version: '1.1.0' });
  await run('rehearse-failed', failing, 'RehearsalFailed', { version: '1.0.0' });
  await run('rehearse-wrong-shape', calm, 'InvalidInput', { form: '1.0.0' });

  const bare = smallProduct(world, 'bare', { terraform: topics('bare', 1).replaceAll('${var.topic_prefix}bare-d', `bare-${world.id}`) });
  const registered = await world.start('registerDataProduct', registerWorkflowId(bare.line, bare.version), {
    bundle: await world.uploadFiles(bare.files),
  });
  await expectEnd('register', registered, 'registered');
  await run('rehearse-refused', bare, 'NotRehearsable');

  const cancelled = await start(calm, { from: '1.0.0', version: '1.1.0' });
  await untilStatus(world, cancelled, 'the upgrade has begun', ({ version, steps }) =>
    Boolean(version === '1.1.0' && steps.some(({ state }) => state === 'running')),
  );
  await cancelled.cancel();
  await expectEnd('rehearse-cancelled', cancelled, 'Cancelled');
  await keep('rehearse-cancelled', cancelled);
}

/** A deploy that fails, and whose undo needs an operator: one step is tried again in vain, then left. @param registry between Steward and the schema registry */
export async function incomplete(world: StewardWorld, { stuck }: Products, registry: CuttingProxy, keep: Keep): Promise<void> {
  const handle = await begin(world, 'deploy', stuck);
  await untilStatus(world, handle, 'the schema is there', ({ steps }) =>
    steps.some(({ title, state }) => title === 'register schema of out' && state === 'done'),
  );
  await registry.down();
  const { remains } = await untilStatus(world, handle, 'needs an operator', (status) => status.remains.length > 0);
  await keep('deploy-needs-operator', handle);
  const resolve = (action: string) => {
    const message = { step: remains[0]!.step, action, operator: 'operator@localhost', reason: 'it may stay' };
    return handle.executeUpdate<string, [object]>('resolveCompensation', { args: [message] });
  };
  await resolve('retry');
  await resolve('skip');
  await expectEnd('deploy-incomplete', handle, 'CompensationIncomplete');
  await keep('deploy-incomplete', handle);
  await registry.up();
}

/** A retirement that nobody decides on; the worker gives requests a short deadline. */
export async function expiry(world: StewardWorld, { calm }: Products, keep: Keep): Promise<void> {
  const handle = await begin(world, 'retire', calm, { sunset: new Date().toISOString() });
  const { awaiting } = await untilStatus(world, handle, 'an exception is asked for', (status) => status.awaiting.length > 0);
  await expectEnd('retire-expired', handle, 'ExceptionExpired');
  await keep('retire-expired', handle);
  const { environment, line, digest } = awaiting[0]!;
  const request = world.client.workflow.getHandle(exceptionWorkflowId(environment, line, digest));
  await request.result();
  await keep('exception-expired', request);
}

/** Retirements: withdrawn, rejected, still waiting, granted; with the requests for the exception themselves. */
export async function retirements(world: StewardWorld, { calm }: Products, keep: Keep): Promise<void> {
  const now = () => ({ sunset: new Date().toISOString() });
  const asked = async (handle: WorkflowHandle): Promise<ExceptionRequest> =>
    (await untilStatus(world, handle, 'an exception is asked for', ({ awaiting }) => awaiting.length > 0)).awaiting[0]!;
  const requestOf = ({ environment, line, digest }: ExceptionRequest): WorkflowHandle =>
    world.client.workflow.getHandle(exceptionWorkflowId(environment, line, digest));

  const withdrawn = await begin(world, 'retire', calm, now());
  const first = await asked(withdrawn);
  await withdrawn.signal('withdrawRequest', { by: localPeople.developer, reason: 'not yet' });
  await expectEnd('retire-withdrawn', withdrawn, 'ExceptionWithdrawn');
  await keep('retire-withdrawn', withdrawn);
  await keep('exception-withdrawn', requestOf(first));

  const rejected = await begin(world, 'retire', calm, now());
  const second = await asked(rejected);
  await rejected.signal('rejectException', { exception: 'no such', approver: localPeople.approver });
  await rejected.signal('rejectException', { exception: second.digest, approver: localPeople.approver, comment: 'still read' });
  await expectEnd('retire-rejected', rejected, 'ExceptionRejected');
  await keep('retire-rejected', rejected);
  await keep('exception-rejected', requestOf(second));

  const waiting = await begin(world, 'retire', calm);
  await untilStatus(world, waiting, 'it waits for the sunset', ({ state }) => state.startsWith('deprecated'));
  await keep('retire-waiting', waiting);
  await waiting.cancel();
  await expectEnd('retire-cancelled', waiting, 'Cancelled');
  await keep('retire-cancelled', waiting);

  const granted = await begin(world, 'retire', calm, now());
  const third = await asked(granted);
  const decide = (approver: string) =>
    granted.executeUpdate<string, [object]>('decideException', { args: [{ exception: third.digest, decision: 'approve', approver }] });
  await decide(localPeople.developer).catch(() => 'refused, as it should be');
  await decide(localPeople.approver);
  await expectEnd('retire-done', granted, 'retired');
  await keep('retire-done', granted);
  await keep('exception-granted', requestOf(third));
}

/** A notification: delivered to one target, given up at another; where nobody wants it; one that is still tried. */
export async function notifications(world: StewardWorld, keep: Keep): Promise<void> {
  const notify = async (id: string, type: NotificationType): Promise<WorkflowHandle> =>
    world.start('notify', notificationWorkflowId(id), notification({ id, type }));
  for (const [name, type] of [
    ['notify-done', 'requested'],
    ['notify-nobody', 'renewed'],
  ] as const) {
    const handle = await notify(name, type);
    await handle.result();
    await keep(name, handle);
  }
  const waiting = await notify('notify-waiting', 'expired');
  await eventually(async () => (await waiting.describe()).raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1), 'it is tried');
  await keep('notify-waiting', waiting);
  await waiting.cancel();
  await expectEnd('notify-cancelled', waiting, 'Cancelled');
  await keep('notify-cancelled', waiting);
}

/** Throws unless a run ends so. */
export async function expectEnd(name: string, handle: WorkflowHandle, wanted: string): Promise<void> {
  const { ended, message } = await outcomeOf(handle);
  if (ended !== wanted) throw new Error(`${name}: ended as ${ended}, not as ${wanted}: ${message}`);
}
