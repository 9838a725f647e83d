import { ruleOf, rulebook, type RuleEntry } from '../../descriptors/index.js';
import { Failure } from '../../lifecycle/failures.js';
import { colours } from '../colours.js';
import { command } from '../command.js';

/** `steward explain R59`: what a rule of descriptors asks for; all of them without an id. */
export const explain = command(
  'explain [rule]',
  'Tell a rule of descriptors, e.g. R59; all of them without one',
  (self) => self.argument('[rule]', 'id of a rule, as findings name it'),
  async (output, id: string | undefined) => {
    if (id === undefined) {
      output.result({ rules: rulebook }, rulebook.map(({ id, says }) => `${colours.bold(id.padEnd(5))} ${says}`).join('\n'));
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
