import type { Nonconformity, VerbInput } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { newestBeginnings } from '../../support/newest-records.js';
import type { LedgerDeps } from '../deps.js';
import type { RegistryClient, SchemaDocument } from './client.js';
import { firstOf, unreadable } from './reading.js';
import { openStep } from './step.js';
import type { RegistryState, WantedChange } from './world.js';

/** Subjects of topics, as the registry's serializers name them. */
const SUBJECT = /^(.+)-(key|value)$/;
/** A value (or key) begins with a zero byte and the id of its schema, four bytes: the registry's wire format. */
const HEADER_BYTES = 5;

/**
 * Compares what is really written to the topic of an output port with what the port promises, by the schemas that the newest records name.
 * What this product has promised before is no fault: records of it may be the newest for long. Nothing is said of other ports and of empty
 * topics; what cannot be read or compared is said to be untold, and is no failure: what runs may be well all the same.
 */
export async function conformance(deps: LedgerDeps, input: VerbInput, signal: AbortSignal): Promise<Nonconformity[]> {
  const { registry, change, look } = await openStep(deps, input, { signal });
  const { to } = change;
  const [, topic, part] = (to && to.owner === 'outputPort' && !to.checkOnly && SUBJECT.exec(to.subject)) || [];
  if (!to || topic === undefined) return [];
  const what = part === 'key' ? 'keys of records' : 'records';
  const port = input.change.to!.component.name;
  try {
    const { bootstrapServers } = deps.environment(input.scope.environment).kafka;
    const ids = new Set((await newestBeginnings(bootstrapServers, topic, HEADER_BYTES, part === 'key' ? 'key' : 'value')).map(idIn));
    if (ids.size === 0) return [];
    const known = await promisedIds(registry, change, await look());
    const others = [...ids].filter((id) => id === undefined || !known.has(id));
    return await Promise.all(others.map(async (id) => ({ port, topic, ...(await differenceOf(registry, id, to.document, what)) })));
  } catch (error) {
    if (signal.aborted) throw error;
    const isAway = error instanceof Failure && error.type === 'SystemUnavailable';
    const why = error instanceof Error ? error.message : String(error);
    return [
      { port, topic, breaking: false, untold: isAway ? 'unreachable' : 'unreadable', message: `what is written could not be told: ${why}` },
    ];
  }
}

const idIn = (value: Buffer): number | undefined => (value.length >= HEADER_BYTES && value[0] === 0 ? value.readUInt32BE(1) : undefined);

/** Of the schemas that the port promises, or has promised: those that this product registered. */
async function promisedIds(registry: RegistryClient, { from, to }: WantedChange, state: RegistryState): Promise<Set<number>> {
  const wanted = [from, to].filter((each) => each !== undefined);
  const looked = await Promise.all(wanted.map(({ subject, document }) => registry.lookup(subject, document)));
  const own = Object.values(state).flatMap(({ live, own: numbers }) => live.filter(({ version }) => numbers.includes(version)));
  return new Set([...looked, ...own].flatMap((version) => (version ? [version.id] : [])));
}

async function differenceOf(
  registry: RegistryClient,
  id: number | undefined,
  promised: SchemaDocument,
  what: string,
): Promise<Pick<Nonconformity, 'breaking' | 'untold' | 'message'>> {
  if (id === undefined) return { breaking: true, message: `${what} do not begin with the id of a schema, so that no reader finds theirs` };
  const written = await registry.schema(id);
  if (!written) return { breaking: true, message: `${what} name schema ${id}, which the registry does not know` };
  if (written.schemaType !== promised.schemaType)
    return { breaking: true, message: `${what} are ${written.schemaType} (schema ${id}), promised is ${promised.schemaType}` };
  if (written.references || promised.references)
    return { breaking: false, untold: 'unreadable', message: `schema ${id} of ${what} was not compared: schemas with references are not` };
  const reasons = unreadable(written, promised);
  return reasons.length > 0
    ? { breaking: true, message: `${what} (schema ${id}) cannot be read as promised: ${firstOf(reasons)}` }
    : { breaking: false, message: `${what} are written by another schema (${id}) than the promised one; readers of that can read them` };
}
