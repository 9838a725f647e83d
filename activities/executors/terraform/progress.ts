import { byLine } from '../../support/follow-file.js';
import { jsonLine } from './diagnostics.js';

/** Turns the `-json` output of an apply into lines such as `3 of 7 resources, kafka_topic.trips`. */
export function applyProgress(total: number, tell: (text: string) => void): (output: string) => void {
  let done = 0;
  return byLine((line) => {
    const message = jsonLine(line);
    const address = message?.hook?.resource?.addr;
    if (address === undefined) return;
    if (message?.type === 'apply_complete') done += 1;
    if (message?.type === 'apply_start' || message?.type === 'apply_complete') tell(`${done} of ${total} resources, ${address}`);
  });
}

/** The addresses whose apply has begun, and the time of the first, from an attempt's output. */
export function applyStarts(output: string): { addresses: string[]; first?: string; last?: string } {
  const lines = output.split('\n').map(jsonLine);
  const starts = lines.filter((line) => line?.type === 'apply_start');
  return {
    addresses: starts.flatMap((line) => line?.hook?.resource?.addr ?? []),
    first: starts[0]?.['@timestamp'],
    last: starts.at(-1)?.['@timestamp'],
  };
}
