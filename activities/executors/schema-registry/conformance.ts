import type { Nonconformity, VerbInput } from '../../../lifecycle/executor.js';
import { newestBeginnings } from '../../support/newest-records.js';
import type { LedgerDeps } from '../deps.js';
import type { RegistryClient, SchemaDocument } from './client.js';
import { unreadable } from './reading.js';
import { openStep } from './step.js';
import type { WantedSubject } from './wanted.js';

/** Subjects of topics, as the registry's serializers name them. */
const SUBJECT = /^(.+)-value$/;
/** A record begins with a zero byte and the id of its schema, four bytes: the registry's wire format. */
const HEADER_BYTES = 5;
/** Enough to see what is wrong. */
const SHOWN_REASONS = 3;

/**
 * Compares what is really written to the topic of an output port with what the port promises, by the schemas that the newest records name.
 * What was promised before is no fault: records of it may be the newest for long. Nothing is said of other ports and of empty topics.
 */
export async function conformance(deps: LedgerDeps, input: VerbInput, signal: AbortSignal): Promise<Nonconformity[]> {
  const { registry, change } = await openStep(deps, input, { signal });
  const { from, to } = change;
  const topic = to && to.owner === 'outputPort' && !to.checkOnly ? SUBJECT.exec(to.subject)?.[1] : undefined;
  if (!to || topic === undefined) return [];
  const { bootstrapServers } = deps.environment(input.scope.environment).kafka;
  const ids = new Set((await newestBeginnings(bootstrapServers, topic, HEADER_BYTES)).map(idIn));
  const promised = await Promise.all([to, from].map((wanted) => idOf(registry, wanted)));
  const others = [...ids].filter((id) => id === undefined || !promised.includes(id));
  const found = await Promise.all(others.map((id) => differenceOf(registry, id, to.document)));
  const port = input.change.to!.component.name;
  return found.map((difference) => ({ port, topic, ...difference }));
}

const idIn = (value: Buffer): number | undefined => (value.length >= HEADER_BYTES && value[0] === 0 ? value.readUInt32BE(1) : undefined);

const idOf = async (registry: RegistryClient, wanted: WantedSubject | undefined): Promise<number | undefined> =>
  wanted && (await registry.lookup(wanted.subject, wanted.document))?.id;

async function differenceOf(
  registry: RegistryClient,
  id: number | undefined,
  promised: SchemaDocument,
): Promise<Pick<Nonconformity, 'breaking' | 'message'>> {
  if (id === undefined) return { breaking: true, message: 'records do not begin with the id of a schema, so that no reader finds theirs' };
  const written = await registry.schema(id);
  if (!written) return { breaking: true, message: `records name schema ${id}, which the registry does not know` };
  if (written.schemaType !== promised.schemaType)
    return { breaking: true, message: `records are ${written.schemaType} (schema ${id}), promised is ${promised.schemaType}` };
  const reasons = unreadable(written, promised);
  const more = reasons.length > SHOWN_REASONS ? ` (and ${reasons.length - SHOWN_REASONS} more)` : '';
  return reasons.length > 0
    ? { breaking: true, message: `records (schema ${id}) cannot be read as promised: ${reasons.slice(0, SHOWN_REASONS).join('; ')}${more}` }
    : { breaking: false, message: `records are written by another schema (${id}) than the promised one; readers of that can read them` };
}
