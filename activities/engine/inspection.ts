import { rcompare } from 'semver';
import { findProduct } from '../../catalog/index.js';
import type { EngineActivities } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import { conformanceOf } from './conformance.js';
import type { EngineDeps } from './deps.js';
import { checkInput } from './input.js';
import { mayAsk, ruleOf } from './people.js';
import { environmentOf, pin } from './request.js';
import { requesterOf } from './requester.js';

/** What runs of a product in an environment, for whoever may start anything there; and how it keeps what its ports promise. */
export const createInspecting = (deps: EngineDeps): Pick<EngineActivities, 'readInspection' | 'findNonconformities'> => ({
  readInspection: readInspection(deps),
  findNonconformities: ({ target: { running, ...place }, steps }) =>
    conformanceOf(deps, steps, {
      line: place.line,
      fqn: place.fqn,
      environment: place.environment,
      version: running.version,
      outputs: place.outputs,
    }),
});

const readInspection =
  (deps: EngineDeps): EngineActivities['readInspection'] =>
  async ({ input, holder }) => {
    checkInput('inspect', input);
    const environment = environmentOf(deps, input.environment);
    const product = await findProduct(deps.catalog.products, input.product);
    const requester = await requesterOf(deps, environment, { operation: 'inspect', input, holder });
    if (!mayAsk(environment, requester))
      throw new Failure(
        'NotAllowed',
        `${requester.name} may not look at what runs in ${environment.name}: ${ruleOf(environment, 'starters')} lets them start nothing there`,
      );
    const record = (await deps.catalog.environments.read(product.line, environment.name))?.record;
    const running = Object.values(record?.instances ?? {})
      .filter(({ state }) => state !== 'retired')
      .sort((a, b) => rcompare(a.version, b.version));
    const instance = running.find(({ version }) => input.version === undefined || version === input.version);
    const name = product.displayName ?? product.name;
    if (!instance) {
      const runs = running.length === 0 ? 'nothing of it runs' : `what runs is ${running.map(({ version }) => version).join(', ')}`;
      throw new Failure('NotDeployed', `${name}${input.version === undefined ? '' : ` ${input.version}`} in ${environment.name}: ${runs}`);
    }
    const held = record?.operation;
    return {
      line: product.line,
      fqn: instance.fqn,
      domain: product.domain,
      displayName: name,
      environment: environment.name,
      requester,
      running: pin(instance),
      deployedAt: instance.since,
      ...(instance.deprecation && { sunset: instance.deprecation.sunset }),
      beside: running.filter((other) => other !== instance).map(({ version }) => version),
      ...(held && { underWay: { operation: held.operation, workflowId: held.workflowId, phase: held.phase } }),
      outputs: instance.outputs,
      ...(instance.owns && { owns: instance.owns }),
      settings: deps.settings,
    };
  };
