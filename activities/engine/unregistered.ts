import { lineMeant } from '../../descriptors/identify/index.js';
import type { Digest } from '../../lifecycle/digest.js';
import type { Environment } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { isError } from '../../lifecycle/finding.js';
import type { DeployInput } from '../../lifecycle/operations.js';
import { refusalOf } from '../../lifecycle/refusal.js';
import type { ProductRecord } from '../../lifecycle/records.js';
import { namesOf } from './compatibility.js';
import type { EngineDeps } from './deps.js';
import type { Validate } from './validation.js';

/**
 * The product as if the version of a bundle were registered: what a plan is made of before that. The bundle is judged as a registration would
 * judge it. Throws `NotAllowed` where the environment does not plan such versions, `NotFound`, `InvalidDescriptor` or `SecretInInput` with
 * the findings, `InvalidInput` when it is not the product and version that are asked for, `VersionExists` when that is registered otherwise.
 */
export async function asIfRegistered(
  { catalog }: Pick<EngineDeps, 'catalog'>,
  validate: Validate,
  environment: Environment,
  { product: asked, version: wanted, bundle }: Pick<DeployInput, 'product' | 'version'> & { bundle: Digest },
): Promise<ProductRecord> {
  if (!environment.planUnregistered)
    throw new Failure(
      'NotAllowed',
      `${environment.name} plans registered versions only: environments.${environment.name}.planUnregistered in the worker's configuration is not set`,
    );
  if (!(await catalog.blobs.has(bundle)))
    throw new Failure('NotFound', `bundle ${bundle} is not in the catalog; upload it first (steward plan <descriptor> does)`);
  const { product, findings } = await validate(bundle);
  const errors = findings.filter(isError);
  if (!product || errors.length > 0) {
    const { type, message } = refusalOf(errors, 'InvalidDescriptor');
    throw new Failure(type, message, { details: { findings } });
  }
  const { line, fqn, version } = namesOf(product);
  if (lineMeant(asked) !== line || wanted !== version)
    throw new Failure('InvalidInput', `bundle ${bundle} is ${line} ${version}, and ${asked} ${wanted} was asked for`);
  const known = (await catalog.products.read(line))?.record;
  const same = known?.versions[version];
  if (same && same.bundle !== bundle) throw new Failure('VersionExists', `${line} ${version} is registered with other content`);
  const { name, displayName, domain, owner } = product.info;
  const unregistered = { version, fqn, state: 'registered' as const, bundle, registeredAt: '', registeredBy: '' };
  // Who may ask is decided by the domain that the product is registered in: a descriptor does not move it elsewhere by itself.
  return {
    ...(known ?? { line, name, displayName, domain, owner: owner.id }),
    versions: { ...known?.versions, [version]: same ?? unregistered },
  };
}
