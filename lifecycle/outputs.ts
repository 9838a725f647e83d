import type { Outputs, Preview } from './executor.js';
import type { Step } from './plan.js';

/** What components give, by their name. */
export interface AllOutputs {
  [component: string]: Outputs;
}

/** `component.output`; the component may hold dots. */
const USED = /\$\{output:([^}]+)\.([^}.]+)\}/g;

/** The outputs of components that a step is made with. */
export function outputsUsedBy({ change }: Pick<Step, 'change'>): { component: string; output: string }[] {
  const configurations = JSON.stringify(change.to?.configurations ?? {});
  return [...configurations.matchAll(USED)].map(([, component = '', output = '']) => ({ component, output }));
}

/** True when a step is made with outputs that are not what they were. */
export const usesChanged = (step: Pick<Step, 'change'>, before: AllOutputs, now: AllOutputs): boolean =>
  outputsUsedBy(step).some(
    ({ component, output }) => JSON.stringify(before[component]?.[output]) !== JSON.stringify(now[component]?.[output]),
  );

/** What components will give once a step is done, as far as its preview tells: what it does not tell is left out, and so not known. */
export function expectedAfter({ change }: Pick<Step, 'change'>, preview: Preview, expected: AllOutputs): AllOutputs {
  const name = change.to?.component.name;
  const before = name !== undefined && expected[name];
  if (!before) return expected;
  const { changes, unknown, outputs } = preview;
  if (outputs === undefined) return changes.length + unknown.length === 0 ? expected : { ...expected, [name]: {} };
  const known = Object.entries({ ...before, ...outputs.known }).filter(([output]) => !outputs.unknown.includes(output));
  return { ...expected, [name]: Object.fromEntries(known) };
}
