import type { Remainder, RevertInput } from '../../../lifecycle/executor.js';
import type { CompleteDeps } from './deps.js';

/** Topics that hold records: an undo leaves them and names them, unless an operator has decided that the records may go. */
export async function keptForRecords(
  candidates: { address: string; type: string; id?: string }[],
  environment: string,
  { deleteData }: Pick<RevertInput, 'deleteData'>,
  { topicRecords }: Pick<CompleteDeps, 'topicRecords'>,
): Promise<Remainder[]> {
  const topics = candidates.flatMap(({ address, type, id }) => (type === 'kafka_topic' && id !== undefined ? [{ address, id }] : []));
  if (deleteData === true || topics.length === 0) return [];
  const counts = await topicRecords(
    environment,
    topics.map(({ id }) => id),
  );
  return topics
    .filter(({ id }) => (counts.get(id) ?? 0) > 0)
    .map(({ address, id }) => ({
      address,
      reason: `topic ${id} holds ${counts.get(id)} records`,
      action: 'Decide whether the records may be deleted (delete) or the topic stays (keep).',
    }));
}
