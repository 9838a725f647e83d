import { changeRules, ruleOf, rulebook, type ChangeRule, type RuleEntry } from '../../descriptors/index.js';
import { Failure } from '../../lifecycle/failures.js';
import { colours } from '../colours.js';
import { command } from '../command.js';

/** `steward explain R59`, `steward explain C37`: what a rule of descriptors or of their comparison says; all of them without an id. */
export const explain = command(
  'explain [rule]',
  'Tell a rule of descriptors, e.g. R59; all of them without one',
  (self) => self.argument('[rule]', 'id of a rule, as findings name it'),
  async (output, id: string | undefined) => {
    if (id === undefined) {
      const changes = Object.entries(changeRules).map(([name, rule]) => ({ id: name, ...rule }));
      const lines = [...rulebook, ...changes.map(({ id: name, title }) => ({ id: name, says: title }))];
      output.result(
        { rules: rulebook, changeRules: changes },
        lines.map((rule) => `${colours.bold(rule.id.padEnd(5))} ${rule.says}`).join('\n'),
      );
      return;
    }
    if (Object.hasOwn(changeRules, id)) {
      const change = changeRules[id as keyof typeof changeRules];
      output.result({ id, ...change }, toldChange(id, change));
      return;
    }
    const rule = ruleOf(id);
    if (!rule) throw new Failure('InvalidInput', `there is no rule ${JSON.stringify(id)}; steward explain lists them`);
    output.result({ ...rule }, told(rule));
  },
);

const told = ({ id, says, tolerant, strict, bad, good }: RuleEntry): string =>
  [
    `${colours.bold(id)}  ${says}`,
    `Weight: ${tolerant}${strict === tolerant ? '' : `, ${strict} in the strict profile`}`,
    `${colours.red('bad')}   ${bad}`,
    `${colours.green('good')}  ${good}`,
  ].join('\n');

const toldChange = (id: string, { title, reason, example, judgement, cases }: ChangeRule): string =>
  [
    `${colours.bold(id)}  ${title}`,
    `Reason: ${reason}`,
    `Example: ${example}`,
    ...Object.entries(cases).map(
      ([name, { class: kind, bump, when }]) =>
        `  ${name}: ${kind}${bump === 'none' ? '' : `, at least ${bump}`}${when === undefined ? '' : ` (${when})`}`,
    ),
    ...(judgement ? ['Judgement: steward diff --judgements can give it another weight.'] : []),
  ].join('\n');
