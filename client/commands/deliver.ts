import { lineOf } from '../../descriptors/index.js';
import type { AskOptions } from '../ask.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';
import { endingOf } from '../exit.js';
import type { Output } from '../output.js';
import { withProof } from '../proof.js';
import { withFollowing } from '../run-options.js';
import { whichOperation, whichOperationForward } from '../which-operation.js';
import { operateOn } from './operate.js';
import { registerVersion } from './register.js';

interface Options extends AskOptions {
  environment: string;
  allowDowngrade?: boolean;
  reason?: string;
  ticket?: string;
}

/** `steward deliver`: what a pipeline does after a merge, and may do again as often as it likes. */
export const deliver = command(
  'deliver <descriptor>',
  'Register a version and bring it to an environment, by a deploy or an upgrade: for pipelines, safe to repeat',
  (self) =>
    withFollowing(withProof(self))
      .argument('<descriptor>', 'path of the root document, or of its folder')
      .option('-e, --environment <name>', 'the target', 'local')
      .option('--as <name>', 'who asks (a label, unless the environment can establish it)')
      .option('--reason <text>', 'why')
      .option('--ticket <text>', 'where the change is written down; some policies ask for one')
      .option('--allow-downgrade', 'go back where a later version runs, instead of refusing')
      .addHelpText(
        'after',
        `
Where the same request is under way it follows that, and it waits for any other of the product.
For GitHub, GitLab and Jenkins: docs/ci.md`,
      ),
  async (output, descriptor: string, options: Options) => {
    const read = await readValid(descriptor);
    const { fullyQualifiedName: fqn, version } = read.product.info;
    const line = lineOf(fqn) ?? fqn;
    // One deadline for both.
    const deadline = options.timeout === undefined ? undefined : Date.now() + options.timeout;
    const again = (): Options => ({
      ...options,
      attach: true,
      wait: true,
      ...(deadline !== undefined && { timeout: Math.max(1, deadline - Date.now()) }),
    });
    const [registration, delivery] = [collecting(output), collecting(output)];
    await registerVersion(registration.output, read, again());
    const registered = registration.done();
    if (!registered) return;
    output.tell(registered.text);
    const bring = (kind: Kind): Promise<void> => operateOn(kind, delivery.output, { product: line, version, name: line }, again());
    const choose = async (): Promise<Kind> =>
      options.allowDowngrade
        ? (await whichOperation(line, version, options.environment)).kind
        : whichOperationForward(line, version, options.environment);
    let kind = await choose();
    try {
      await bring(kind);
    } catch (error) {
      // What runs may have changed while another operation was waited for.
      const now = isOutdated(error) ? await choose() : kind;
      if (now === kind) throw error;
      kind = now;
      await bring(kind);
    }
    const delivered = delivery.done();
    if (delivered) output.result({ registered: registered.result, [kind]: delivered.result }, delivered.text);
  },
);

type Kind = 'deploy' | 'upgrade';

/** True for a refusal of the one kind because the other is right. */
function isOutdated(error: unknown): boolean {
  const { type } = endingOf(error);
  return type === 'UseUpgrade' || type === 'NotDeployed';
}

/** Keeps the result of one part of a command. */
function collecting(output: Output): { output: Output; done(): { result: object; text: string } | undefined } {
  let done: { result: object; text: string } | undefined;
  return {
    output: {
      ...output,
      result(result, text) {
        // The end of the command, whichever part it is in.
        if ('detached' in result) output.result(result, text);
        else done = { result, text };
      },
    },
    done: () => done,
  };
}
