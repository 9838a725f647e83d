import { EXIT_DRIFTED } from '../exit-codes.js';
import { failures } from '../../lifecycle/failures.js';
import { operationWorkflowId } from '../../lifecycle/ids.js';
import type { InspectedStep, InspectionResult } from '../../lifecycle/inspection.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { lineKnown } from '../product.js';
import { withProof } from '../proof.js';
import { withRun } from '../run-options.js';
import { secondsOf } from '../../lifecycle/time.js';

interface Options extends AskOptions {
  environment: string;
}

/** So that a monitor can tell them apart. */
const exits = { healthy: 0, drifted: EXIT_DRIFTED, unwell: failures.VerificationFailed.exit };

/** `steward inspect`: what runs, whether it works, and whether it is as it was deployed. */
export const inspect = command(
  'inspect <product> [version]',
  'Look whether what runs works and is as it was deployed; nothing is changed',
  (self) =>
    withRun(withProof(self))
      .argument('<product>', 'the line, the fully qualified name, an older spelling or an id')
      .argument('[version]', 'default: what runs; of several majors the newest')
      .option('-e, --environment <name>', 'where it runs', 'local')
      .option('--as <name>', 'who asks (a label, unless the environment can establish it)')
      .addHelpText(
        'after',
        `\nExit codes: 0 well and as deployed, ${EXIT_DRIFTED} something is not as it was deployed, 10 something does not work.`,
      ),
  async (output, product: string, version: string | undefined, options: Options) => {
    const { environment, as: requestedBy } = options;
    const name = (await lineKnown(product)) ?? product;
    await ask<InspectionResult>(
      output,
      {
        workflowType: 'inspectDataProduct',
        workflowId: operationWorkflowId('inspect', environment, name),
        input: { product, version, environment, requestedBy },
        labels: { operation: 'inspect', product: name, environment, requestedBy },
        summary: `inspect ${name} in ${environment}`,
      },
      options,
      (result) => {
        process.exitCode = exits[result.state];
        return describe(result);
      },
    );
  },
);

/** What was seen of each step is told while it is looked at; here is what follows from it. */
function describe({
  state,
  product,
  version,
  environment,
  deployedAt,
  sunset,
  beside,
  underWay,
  steps,
  conformance,
}: InspectionResult): string {
  const colour = { healthy: colours.green, drifted: colours.yellow, unwell: colours.red }[state];
  return [
    ...steps.flatMap(driftOf),
    ...conformance.map(
      ({ port, topic, breaking, message }) =>
        `  ${breaking ? colours.red('promise not kept') : colours.yellow('note')}: port ${port}, topic ${topic}: ${message}`,
    ),
    ...(underWay ? [`  ${underWay.operation} is ${underWay.phase} (${underWay.workflowId}): what is seen may be half-way`] : []),
    ...(sunset === undefined ? [] : [`  it goes away on ${secondsOf(sunset)}`]),
    ...(beside.length === 0 ? [] : [`  beside it runs ${beside.join(', ')}`]),
    `${colour(state)}: ${product} ${version} in ${environment}, deployed ${secondsOf(deployedAt)}`,
  ].join('\n');
}

const driftOf = ({ title, drift }: InspectedStep): string[] =>
  drift.length === 0
    ? []
    : [`  ${title}: a deploy of the same version would`, ...drift.map(({ action, address }) => `    ${action} ${address}`)];
