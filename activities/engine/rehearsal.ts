import { Context } from '@temporalio/activity';
import { rcompare, valid } from 'semver';
import { findProduct } from '../../catalog/index.js';
import { digestOfJson } from '../../descriptors/digest.js';
import type { EngineActivities } from '../../lifecycle/engine.js';
import type { Place } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { twinName } from '../../lifecycle/ids.js';
import type { RehearseInput } from '../../lifecycle/operations.js';
import type { ProductRecord } from '../../lifecycle/records.js';
import { majorOf } from '../../lifecycle/states.js';
import type { EngineDeps } from './deps.js';
import { checkInput } from './input.js';
import { assertMayStart } from './people.js';
import { createRehearsalGuard } from './rehearsal-guard.js';
import { environmentOf, pin, versionOf } from './request.js';
import { requesterOf } from './requester.js';
import { surveyTwin } from './survey.js';
import type { Person } from '../../lifecycle/people.js';

type Rehearsing = Pick<
  EngineActivities,
  'readRehearsal' | 'readTwin' | 'findUnproven' | 'checkRehearsal' | 'surveyTwin' | 'recordRehearsal'
>;

/** What a rehearsal asks of the engine besides what its operations do: who may, what there is, and the evidence. */
export function createRehearsing(deps: EngineDeps): Rehearsing {
  return {
    async readRehearsal({ input, holder }) {
      checkInput('rehearse', input);
      const environment = environmentOf(deps, input.environment);
      const product = await findProduct(deps.catalog.products, input.product);
      const requester = await requesterOf(deps, environment, { operation: 'rehearse', input, holder });
      assertMayRehearse(environment, input, requester, product.domain);
      const to = versionOf(product, input.version ?? newestOf(product));
      const from = input.from === undefined ? undefined : versionOf(product, input.from);
      if (from && majorOf(from.version) !== majorOf(to.version))
        throw new Failure(
          'InvalidInput',
          `${from.version} and ${to.version} are two majors: one comes to stand beside the other, so rehearse the deploy of ${to.version}`,
        );
      if (from?.version === to.version) throw new Failure('InvalidInput', `from and version are both ${to.version}: there is no upgrade`);
      return {
        line: product.line,
        fqn: to.fqn,
        domain: product.domain,
        displayName: product.displayName ?? product.name,
        environment: environment.name,
        twin: twinName(environment.name, digestOfJson(product.line)),
        requester,
        ...(from && { from: pin(from) }),
        to: pin(to),
        settings: deps.settings,
      };
    },

    async readTwin({ line, twin }) {
      const record = (await deps.catalog.environments.read(line, twin))?.record;
      const running = Object.values(record?.instances ?? {}).filter(({ state }) => state !== 'retired');
      return { dirty: record?.operation !== undefined, running: running.map(({ version }) => version) };
    },

    ...createRehearsalGuard(deps),

    surveyTwin: ({ line, twin }) => surveyTwin(deps, line, environmentOf(deps, twin), Context.current().cancellationSignal),

    async recordRehearsal({ line, ...evidence }) {
      await deps.catalog.evidence.write(line, evidence.at, 'rehearse', evidence);
    },
  };
}

/** Whoever may do it may rehearse it; others may be allowed to rehearse alone, e.g. the pipeline that tests a version. */
function assertMayRehearse(place: Place, { from }: RehearseInput, person: Person, domain: string): void {
  assertMayStart(place, [from === undefined ? 'deploy' : 'upgrade', 'rehearse'], person, domain);
}

function newestOf({ line, versions }: ProductRecord): string {
  const living = Object.values(versions).filter(({ version, state }) => valid(version) && state !== 'rejected' && state !== 'retired');
  const [newest] = living.map(({ version }) => version).sort(rcompare);
  if (newest === undefined) throw new Failure('UnknownVersion', `${line} has no registered version to be rehearsed`);
  return newest;
}
