import type { Remainder, RevertInput } from '../../../lifecycle/executor.js';
import type { TerraformDeps } from './deps.js';

/** Topics that hold records: an undo leaves them and names them, unless an operator has decided that the records may go. */
export async function keptForRecords(
  candidates: { address: string; type: string; id?: string }[],
  environment: string,
  { deleteData }: Pick<RevertInput, 'deleteData'>,
  { topicRecords }: Pick<TerraformDeps, 'topicRecords'>,
): Promise<Remainder[]> {
  const kept: Remainder[] = [];
  for (const { address, type, id } of candidates) {
    if (deleteData === true || type !== 'kafka_topic' || id === undefined || !topicRecords) continue;
    const records = (await topicRecords(environment, id)) ?? 0;
    if (records === 0) continue;
    kept.push({
      address,
      reason: `topic ${id} holds ${records} records`,
      action: 'Decide whether the records may be deleted (delete) or the topic stays (keep).',
    });
  }
  return kept;
}
