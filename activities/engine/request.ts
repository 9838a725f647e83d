import { findProduct } from '../../catalog/index.js';
import type { EngineActivities, Holder, Target, Unfinished } from '../../lifecycle/engine.js';
import type { Environment } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import type { DeployInput, RetireInput } from '../../lifecycle/operations.js';
import type { SealedPlan, VersionPin } from '../../lifecycle/plan.js';
import type { EnvironmentRecord, InstanceRecord, OperationRecord, ProductRecord, VersionRecord } from '../../lifecycle/records.js';
import { twinOf } from '../../lifecycle/ids.js';
import { admit, majorOf } from '../../lifecycle/states.js';
import { environmentNamed } from '../../lifecycle/twin.js';
import type { EngineDeps } from './deps.js';
import { assertClosed } from './holder.js';
import { checkInput } from './input.js';
import { assertMayStart } from './people.js';
import { requesterOf } from './requester.js';
import type { Policies } from './policies.js';
import { inMs } from './time.js';
import { asIfRegistered } from './unregistered.js';
import type { Validate } from './validation.js';

/** Reads and checks a request: what is asked, who asks, what is registered, what runs, whether it may start. */
export const createReadRequest =
  (deps: EngineDeps, policies: Policies, validate: Validate): EngineActivities['readRequest'] =>
  async ({ operation, input, holder, resumed, requester: established }) => {
    // Only a rehearsal's own run says who asks, and only about its twin; nobody can name one in an input.
    if (!established) checkInput(operation, input);
    else if (!twinOf(input.environment)) throw new Failure('Internal', `${input.environment} is no twin: nothing is rehearsed there`);
    const environment = environmentOf(deps, input.environment);
    const requester = established ?? (await requesterOf(deps, environment, { operation, input, holder }));
    const { bundle } = input as DeployInput;
    const product = bundle
      ? await asIfRegistered(deps, validate, environment, { ...input, bundle })
      : await findProduct(deps.catalog.products, input.product);
    const dryRun = input.dryRun === true;
    const isPlan = dryRun && operation !== 'recover';
    if (!established) assertMayStart(environment, isPlan ? [operation, 'plan'] : [operation], requester, product.domain);
    const common = {
      operation,
      line: product.line,
      domain: product.domain,
      displayName: product.displayName ?? product.name,
      environment: environment.name,
      requestedBy: requester.name,
      requester,
      reason: input.reason,
      ticket: input.ticket,
      dryRun,
      policies: await policies.pin(),
      settings: deps.settings,
      uiUrl: deps.uiUrl,
    };

    const record = (await deps.catalog.environments.read(product.line, environment.name))?.record;
    const dirty = await unfinished(deps, record, holder, operation);
    if (operation === 'recover') return { ...common, fqn: product.line, fence: record?.fence ?? 0, dirty, outputs: {} };
    const asked = versionOf(product, input.version);
    const now = record?.instances[majorOf(asked.version)];
    // While a retirement waits, patches go on: what runs at its end goes.
    const version = resumed && operation === 'retire' && now ? versionOf(product, now.version) : asked;
    const instance = record?.instances[majorOf(version.version)];
    const running = Object.values(record?.instances ?? {}).filter(({ state }) => state !== 'retired');
    const others = running.filter((other) => other !== instance);
    // A dirty world is judged after its recovery: the request is read again then.
    const admission = dirty
      ? { admitted: true as const, from: instance }
      : admit(
          operation,
          version.version,
          instance,
          others.map((other) => other.version),
        );
    if (!admission.admitted)
      throw new Failure(admission.failure, `${product.displayName ?? product.name} in ${environment.name}: ${admission.message}`);

    const to: VersionPin | undefined = operation === 'retire' ? undefined : pin(version);
    const from = admission.from && pin(admission.from);
    const bakeMs = inMs(environment.bakeTime);
    return {
      ...common,
      fqn: version.fqn,
      from,
      to,
      fence: record?.fence ?? 0,
      life: admission.from?.life,
      sunset: sunsetOf(input, admission.from),
      ...(to && bakeMs > 0 && { bakeMs }),
      dirty,
      outputs: admission.from?.outputs ?? {},
      owns: admission.from?.owns,
    } satisfies Target;
  };

export function environmentOf(deps: Pick<EngineDeps, 'environments'>, name: string): Environment {
  const environment = environmentNamed(deps.environments, name);
  if (environment) return environment;
  throw new Failure(
    'UnknownEnvironment',
    `environment ${name} is not configured on the worker; known: ${[...deps.environments.keys()].join(', ')}`,
  );
}

/** Throws `UnknownVersion`. */
export function versionOf(product: ProductRecord, version: string): VersionRecord {
  const found = product.versions[version];
  if (found && found.state !== 'rejected') return found;
  throw new Failure(
    'UnknownVersion',
    `${product.line} has no registered version ${version}; registered: ${Object.keys(product.versions).join(', ')}`,
  );
}

export const pin = ({ version, fqn, bundle }: VersionRecord | InstanceRecord): VersionPin => ({ version, fqn, bundle });

/** Throws while the holder of the record is at work; gives its plan when it is closed. */
async function unfinished(
  deps: EngineDeps,
  record: EnvironmentRecord | undefined,
  me: Holder,
  by: Target['operation'],
): Promise<Target['dirty']> {
  const held = record?.operation;
  if (!held || (held.workflowId === me.workflowId && held.runId === me.runId)) return undefined;
  await assertClosed(deps, record, held, by);
  return readUnfinished(deps, record, held);
}

/** The plan and the outputs that a recovery needs; all of it is in the catalog. */
export async function readUnfinished(
  deps: Pick<EngineDeps, 'catalog'>,
  record: EnvironmentRecord,
  held: OperationRecord,
): Promise<Unfinished> {
  const plan = { ...(await deps.catalog.blobs.getJson<SealedPlan>(held.plan)), ref: held.plan };
  const instance = plan.from && record.instances[majorOf(plan.from.version)];
  return { record: held, plan, outputs: instance?.outputs ?? {}, owns: instance?.owns };
}

/** An announced date stands, unless the request names an earlier or a later one. */
function sunsetOf(input: DeployInput | RetireInput, instance: InstanceRecord | undefined): string | undefined {
  const asked = 'sunset' in input ? input.sunset : undefined;
  if (asked === undefined) return instance?.deprecation?.sunset;
  const time = new Date(asked);
  if (Number.isNaN(time.getTime())) throw new Failure('InvalidInput', `sunset ${asked} is no ISO date or time`);
  return time.toISOString();
}
