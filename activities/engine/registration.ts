import { bundleFromInline } from '../../descriptors/bundle/index.js';
import type { Digest } from '../../lifecycle/digest.js';
import type { EngineActivities } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { ProductRecord } from '../../lifecycle/records.js';
import { compareWithAll, findingsOf, namesOf } from './compatibility.js';
import type { EngineDeps } from './deps.js';
import { allHold, decisionsBehind, exceptedBy } from './grants.js';
import { currentRun } from './holder.js';
import { checkInput } from './input.js';
import { assertMayStart, placeOf } from './people.js';
import { requesterOf } from './requester.js';
import type { Policies } from './policies.js';
import { productIn, productWithAliases } from './product.js';
import type { Validate } from './validation.js';

type Registration = Pick<EngineActivities, 'pinBundle' | 'validateBundle' | 'checkCompatibility' | 'commitVersion' | 'publishMetadata'>;

/** The steps of a registration, in the order of the workflow. */
export function createRegistration(deps: EngineDeps, policies: Policies, validate: Validate): Registration {
  const { blobs, products } = deps.catalog;

  return {
    async pinBundle(input) {
      checkInput('register', input);
      const requester = await requesterOf(deps, placeOf(deps, REGISTRY), { operation: 'register', input, holder: currentRun() });
      const { settings, uiUrl } = deps;
      return { bundle: await bundleOf(), requestedBy: requester.name, requester, policies: await policies.pin(), settings, uiUrl };

      async function bundleOf(): Promise<Digest> {
        if (input.bundle) {
          if (await blobs.has(input.bundle)) return input.bundle;
          throw new Failure('NotFound', `bundle ${input.bundle} is not in the catalog; upload it first (steward register does)`);
        }
        const packed =
          input.descriptorUrl === undefined ? await bundleFromInline(input.descriptor!) : await deps.descriptors.fetch(input.descriptorUrl);
        return blobs.putBytes(packed.bytes);
      }
    },

    async validateBundle({ bundle, requestedBy, requester }) {
      const { product, findings } = await validate(bundle);
      if (!product) return { line: '?', fqn: '?', version: '?', domain: '?', displayName: '?', findings };
      const registrar = requester ?? (requestedBy === undefined ? undefined : { name: requestedBy, groups: [] });
      if (registrar) assertMayStart(placeOf(deps, REGISTRY), ['register'], registrar, product.info.domain);
      return { ...namesOf(product), domain: product.info.domain, displayName: product.info.displayName ?? product.info.name, findings };
    },

    async checkCompatibility({ bundle }) {
      const product = await productIn(deps, bundle);
      const { line, version } = namesOf(product);
      const known = (await products.read(line))?.record;
      const same = known?.versions[version];
      if (same?.bundle === bundle && same.state !== 'rejected') return { findings: [], alreadyRegistered: true, comparedWith: [] };
      if (same) throw versionExists(line, version);
      const comparedWith = Object.keys(known?.versions ?? {});
      const comparison = await compareWithAll(deps, product, known, new Date().toISOString());
      return { findings: findingsOf(comparison), alreadyRegistered: false, comparedWith };
    },

    async commitVersion({ bundle, requestedBy, holder, findings, policies: judgedBy, comparedWith }) {
      const { product, aliases } = await productWithAliases(deps, bundle);
      const { line, fqn, version } = namesOf(product);
      const registeredAt = new Date().toISOString();
      // A grant may have run out since it was judged: judged again.
      if (!(await allHold(deps, line, placeOf(deps, REGISTRY), exceptedBy(findings)))) return { state: 'changed' };
      const written = await products.change(line, (found) => {
        const same = found?.versions[version];
        if (same && same.bundle !== bundle) throw versionExists(line, version);
        // A lost race: the version that came in between has not been compared with.
        const unseen = Object.keys(found?.versions ?? {}).some((other) => !comparedWith.includes(other));
        if (same || unseen) return undefined;
        const { name, displayName, domain, owner } = product.info;
        const names = { fqn, ...(aliases.length > 0 && { aliases }) };
        const record = {
          version,
          ...names,
          state: 'registered' as const,
          bundle,
          registeredAt,
          registeredBy: requestedBy,
          runId: holder.runId,
        };
        return {
          line,
          name,
          displayName,
          domain,
          owner: owner.id,
          versions: { ...found?.versions, [version]: record },
        } satisfies ProductRecord;
      });
      const record = written.versions[version];
      if (!record) return { state: 'changed' };
      const state = record.runId === holder.runId ? 'registered' : 'alreadyRegistered';
      const told = {
        operation: 'register',
        fqn,
        version,
        bundle,
        requestedBy: record.registeredBy,
        ...holder,
        findings,
        decisions: await decisionsBehind(deps, line, REGISTRY, findings),
        policies: judgedBy,
        ended: 'done',
      };
      await deps.catalog.evidence.write(line, record.registeredAt, 'register', told);
      return { state, product: line, fqn, version, bundle, findings };
    },

    async publishMetadata({ bundle }) {
      const product = await productIn(deps, bundle);
      const { line, version } = namesOf(product);
      await deps.catalog.metadata.publish(line, version, product);
    },
  };
}

const versionExists = (line: string, version: string): Failure =>
  new Failure('VersionExists', `${line} ${version} is registered with other content`);
