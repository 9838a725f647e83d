import type { GivenName, Rehearsable, VerbInput } from '../../../lifecycle/executor.js';
import type { BlobRef, Json } from '../../../lifecycle/digest.js';
import type { Survey } from '../../../lifecycle/rehearsal.js';
import type { ObjectStore } from '../../../catalog/object-store.js';
import { readBeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import type { TerraformDeps } from './deps.js';
import { importId } from './import-ids.js';
import { taskOf } from './session.js';
import { openStates, stateStore } from './state-store.js';

/** The attribute that says under which name a resource stands in the world. Of any other type nobody can tell whose it would be. */
const nameAttributes: { [type: string]: { kind: string; attribute: string } } = {
  kafka_topic: { kind: 'topic', attribute: 'name' },
  kafka_acl: { kind: 'acl of', attribute: 'resource_name' },
};

/** Names come from the plan that was made, states from the twin's own keys. */
export const rehearsalOf = (deps: TerraformDeps): Rehearsable => ({
  unproven: async () => undefined,

  async names(input: VerbInput & { before: BlobRef }): Promise<GivenName[]> {
    const file = taskOf(input).template?.path;
    const { entries } = await readBeforeImage(input.before, deps);
    return entries.filter(isMade).flatMap((entry) => nameOf(entry, file));
  },

  async survey({ environment, line }): Promise<Survey> {
    const { terraform } = deps.environment(environment);
    if (!terraform) return {};
    const store = openStates(terraform.state, deps);
    try {
      return await statesIn(store, `terraform/${environment}/${line}:`);
    } finally {
      store.close();
    }
  },
});

/** A resource that comes to be or is changed; what goes has a name of the twin's already. */
const isMade = ({ kind, actions }: ChangeEntry): boolean =>
  kind === 'resource' && actions.some((action) => action === 'create' || action === 'update');

function nameOf({ type, address, after, importing }: ChangeEntry, file: string | undefined): GivenName[] {
  if (importId(type, after) === 'state-only') return [];
  const named = nameAttributes[type];
  const name = named && valueOf(after, named.attribute);
  // What is adopted was there before: it is nobody's rehearsal.
  const known = typeof name === 'string' && importing === undefined ? { kind: named!.kind, name } : { kind: `resource ${address}` };
  return [{ ...known, ...(file !== undefined && { file }) }];
}

const valueOf = (values: Json, name: string): Json | undefined =>
  typeof values === 'object' && values !== null && !Array.isArray(values) ? values[name] : undefined;

async function statesIn(store: ObjectStore, prefix: string): Promise<Survey> {
  const survey: Survey = {};
  for (const key of await store.keys(prefix)) {
    if (key.endsWith('.tflock')) survey[`lock of ${key.slice(0, -'.tflock'.length)}`] = 'held';
    if (!key.endsWith('.tfstate')) continue;
    const state = await stateStore(store, key).read();
    for (const { address, id, tainted } of state?.resources ?? [])
      survey[`state of ${address} in ${key}`] = `${id ?? 'present'}${tainted ? ', tainted' : ''}`;
  }
  return survey;
}
