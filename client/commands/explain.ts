import { changeRules, foreignRules, nearest, ruleOf, rulebook, type ChangeRule, type RuleEntry } from '../../descriptors/index.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { UsageFailure } from '../usage.js';

/** `steward explain R59`, `steward explain C37`: what a rule of descriptors or of their comparison says; all of them without an id. */
export const explain = command(
  'explain [rule]',
  'Tell a rule of descriptors, e.g. R59; all of them without one',
  (self) => self.argument('[rule]', 'id of a rule, as findings name it'),
  async (output, id: string | undefined) => {
    if (id === undefined) {
      const changes = Object.entries(changeRules).map(([name, rule]) => ({ id: name, ...rule }));
      const foreign = Object.entries(foreignRules).map(([name, says]) => ({ id: name, says }));
      const lines = [...rulebook, ...foreign, ...changes.map(({ id: name, title }) => ({ id: name, says: title }))];
      output.result(
        { rules: rulebook, foreignRules: foreign, changeRules: changes },
        lines.map((rule) => `${colours.bold(rule.id.padEnd(5))} ${rule.says}`).join('\n'),
      );
      return;
    }
    const changeId = id.toUpperCase();
    if (Object.hasOwn(changeRules, changeId)) {
      const change = changeRules[changeId as keyof typeof changeRules];
      output.result({ id: changeId, ...change }, toldChange(changeId, change));
      return;
    }
    const foreignId = id.toLowerCase();
    if (Object.hasOwn(foreignRules, foreignId)) {
      const says = foreignRules[foreignId] ?? '';
      output.result({ id: foreignId, says }, `${colours.bold(foreignId)}  ${says}`);
      return;
    }
    const rule = ruleOf(id);
    if (!rule) {
      const meant = nearest(id.slice(0, 64), [
        ...rulebook.map((each) => each.id),
        ...Object.keys(changeRules),
        ...Object.keys(foreignRules),
      ]);
      throw new UsageFailure(
        `there is no rule ${JSON.stringify(id)}${meant === undefined ? '' : `, did you mean ${meant}?`} steward explain lists them`,
      );
    }
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
