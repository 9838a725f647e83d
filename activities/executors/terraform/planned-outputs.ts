import type { Json } from '../../../lifecycle/digest.js';
import type { Preview } from '../../../lifecycle/executor.js';
import { holdsMark, type ChangeEntry } from './change-digest.js';

/** Which outputs a plan changes. What is sensitive is no output for anybody: it counts as not known. */
export function plannedOutputs(entries: ChangeEntry[]): NonNullable<Preview['outputs']> {
  const changed = entries
    .filter(({ kind }) => kind === 'output')
    .map(({ address, after }) => [address.slice(PREFIX.length), after] as const);
  const isKnown = ([, after]: readonly [string, Json]): boolean => after !== null && !holdsMark(after);
  return {
    known: Object.fromEntries(changed.filter(isKnown)),
    unknown: changed.filter((output) => !isKnown(output)).map(([name]) => name),
  };
}

/** Of the addresses of outputs among the entries. */
const PREFIX = 'output.';
