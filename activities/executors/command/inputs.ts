import type { Digest } from '../../../lifecycle/digest.js';
import type { CommandDefinition, Environment, SecretRef } from '../../../lifecycle/environment.js';
import type { Outputs } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import { resolvePlaceholders } from '../../support/placeholders.js';
import type { CommandConfiguration } from './configuration.js';
import { configurationFindings, configurationOf } from './configuration.js';
import type { CommandDeps } from './deps.js';

/** Everything that a run of a command depends on. */
export interface CommandInputs {
  task: Task;
  definition: CommandDefinition;
  configuration: CommandConfiguration;
  /** Files of the template by their path inside the command's folder. */
  files: Map<string, Uint8Array>;
  /** Outputs that earlier steps have still to give. */
  unknown: string[];
  /** Equal for equal inputs. Secrets count by their reference, outputs that are not known yet by their name. */
  digest: Digest;
  /** Arguments and variables with every placeholder filled in. Holds secrets: for the child alone. */
  resolve(): { arguments: string[]; variables: { [name: string]: string } };
}

/** Throws InvalidDescriptor for faulty configurations and InvalidInput for a command that the environment does not allow. */
export const inputsOf = async (
  deps: CommandDeps,
  task: Task,
  environment: Environment,
  outputs: { [component: string]: Outputs },
): Promise<CommandInputs> => {
  const findings = configurationFindings(task);
  if (findings.length > 0)
    throw new Failure('InvalidDescriptor', `${task.id}: ${findings.map(({ message }) => message).join(' ')}`, { details: findings });
  const configuration = configurationOf(task);
  const definition = Object.hasOwn(environment.commands, configuration.command) ? environment.commands[configuration.command] : undefined;
  if (definition === undefined) {
    const known = Object.keys(environment.commands).sort().join(', ') || 'none';
    throw new Failure(
      'InvalidInput',
      `${task.id}: the environment ${environment.name} does not allow a command ${configuration.command}. It allows: ${known}`,
    );
  }
  const files = await templateFiles(deps, task);
  const fill = (secret: (reference: SecretRef) => string) =>
    resolvePlaceholders({ arguments: configuration.arguments, variables: configuration.variables }, { environment, outputs, secret });
  // Secrets count by their reference only: rotating one is no change.
  const { value: given, unknown } = fill((reference) => `(${reference})`);
  return {
    task,
    definition,
    configuration,
    files,
    unknown,
    digest: digestOfJson({
      command: configuration.command,
      program: definition.program,
      fixed: definition.arguments,
      effects: definition.effects,
      given,
      outputs: configuration.outputs,
      files: [...files].map(([path, bytes]) => [path, digestOfJson(Buffer.from(bytes).toString('base64'))]).sort(),
    }),
    resolve() {
      const { value, unknown } = fill((reference) => deps.secret(reference));
      if (unknown.length > 0) throw new Failure('InvalidInput', `${task.id}: no step before has given ${unknown.join(', ')}`);
      const filled = value as { arguments: unknown[]; variables: { [name: string]: unknown } };
      return {
        arguments: filled.arguments.map(asText),
        variables: Object.fromEntries(Object.entries(filled.variables).map(([name, item]) => [name, asText(item)])),
      };
    },
  };
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const templateFiles = async (deps: CommandDeps, task: Task): Promise<Map<string, Uint8Array>> => {
  const { path, inline } = task.template ?? {};
  if (inline !== undefined) return new Map([['template', new TextEncoder().encode(asText(inline))]]);
  if (path === undefined) return new Map();
  const bundle = await deps.bundle(task.bundle);
  const clean = path.replace(/\/+$/, '');
  if (bundle.list().includes(clean)) return new Map([[clean.split('/').at(-1)!, bundle.read(clean)]]);
  const folder = bundle.folder(clean);
  if (folder.size === 0) throw new Failure('InvalidInput', `${task.id}: the bundle has nothing at ${clean}`);
  return folder;
};
