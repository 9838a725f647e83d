import type { Json } from '../../../lifecycle/digest.js';
import type { VerbInput } from '../../../lifecycle/executor.js';
import { readBeforeImage } from './before-image.js';
import { isUnknown, type ChangeEntry } from './change-digest.js';
import type { TerraformDeps } from './deps.js';
import { blocks } from './hcl.js';
import { readTemplate, type Template } from './template.js';

/** What a thing was when it was adopted; undefined where nobody has kept it. */
export type Adopted = ReadonlyMap<string, Json | undefined>;

/**
 * What the former version had adopted, by address: by the ledger, and where that has no entry (it is younger than the instance) by the
 * template's import blocks. Such a thing is given back, never destroyed.
 */
export async function adoptedBefore({ owned = [], change }: VerbInput, deps: Pick<TerraformDeps, 'blobs' | 'bundle'>): Promise<Adopted> {
  const adopted = new Map<string, Json | undefined>();
  if (!change.from) return adopted;
  const known = new Set(owned.map(({ address }) => address));
  const template = await readTemplate(change.from, await deps.bundle(change.from.bundle));
  for (const address of importedBy(template)) if (!known.has(address)) adopted.set(address, undefined);
  for (const { address, before } of owned.filter(({ made }) => made === 'adopted')) {
    const image = before && (await readBeforeImage(before, deps));
    adopted.set(address, image?.entries.find((entry) => entry.address === address)?.before);
  }
  return adopted;
}

/** Addresses that the root module's import blocks name. */
function importedBy({ modules }: Template): string[] {
  const imports = (modules[0]?.files ?? []).flatMap(({ body }) => blocks(body.import));
  return imports.flatMap(({ to }) => (typeof to === 'string' ? [to.replace(/^\$\{(.*)\}$/s, '$1')] : []));
}

/** A plan as it will be carried out: what would destroy an adopted thing becomes that it is given back as it was. */
export const sparing = (entries: ChangeEntry[], adopted: Adopted): ChangeEntry[] =>
  entries.map((entry) =>
    destroys(entry, adopted) ? { ...entry, actions: ['forget'], after: given(entry, adopted.get(entry.address)) } : entry,
  );

/** True for what must not be carried out as Terraform plans it. */
export const destroys = ({ kind, actions, address }: ChangeEntry, adopted: Adopted): boolean =>
  kind === 'resource' && actions.join() === 'delete' && adopted.has(address);

/** The values of now with those of then where they are to come back. */
function given({ type, before }: ChangeEntry, was: Json | undefined): Json {
  return was === undefined ? before : { ...asObject(before), ...restorable(type, before, was) };
}

/** The attributes to set so that a thing becomes what it was. Of what cannot come back in place nothing is tried. */
export function restorable(type: string, now: Json, was: Json): { [name: string]: Json } {
  const present = asObject(now);
  const former = asObject(was);
  const differing = Object.keys(former).filter((name) => {
    const [from, to] = [present[name] ?? null, former[name] ?? null];
    // Kafka knows no fewer partitions than there are.
    if (type === 'kafka_topic' && name === 'partitions') return false;
    return JSON.stringify(from) !== JSON.stringify(to) && !isUnknown(from) && !isHidden(to);
  });
  return Object.fromEntries(differing.map((name) => [name, former[name] ?? null]));
}

/** A secret value is kept as a hash only: it cannot come back. */
const isHidden = (value: Json): boolean => isUnknown(value) || asObject(value)[''] === 'sensitive';

const asObject = (value: Json): { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
