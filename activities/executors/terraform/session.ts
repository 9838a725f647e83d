import type { Environment, TerraformSystem } from '../../../lifecycle/environment.js';
import type { VerbInput } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { terraformStateKey } from '../../../lifecycle/ids.js';
import type { Task } from '../../../lifecycle/task.js';
import type { ObjectStore } from '../../../catalog/object-store.js';
import { findProgram } from '../../support/find-program.js';
import { hashKey } from './change-digest.js';
import { checkTemplate, refuse } from './check.js';
import type { TerraformDeps } from './deps.js';
import { usedProviders, type UsedProvider } from './providers.js';
import { openStates, stateStore, type StateStore } from './state-store.js';
import { readTemplate, type Template } from './template.js';
import { resolveVariables, type Variables } from './variables.js';

/** Everything that a verb needs to know before it starts the first process: pinned, resolved and checked. */
export interface Session {
  task: Task;
  environment: Environment;
  system: TerraformSystem;
  /** Absolute path of Terraform or OpenTofu. */
  binary: string;
  template: Template;
  providers: UsedProvider[];
  variables: Variables;
  state: StateStore;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Key of the hashes of sensitive values. */
  hashKey: Uint8Array;
  secret: TerraformDeps['secret'];
  redact: TerraformDeps['redact'];
  scratch: string;
}

/** Opens sessions; keeps one connection to the states of each environment. */
export type SessionOpener = (input: VerbInput, task: Task) => Promise<Session>;

/**
 * Throws `TemplateRefused` (findings in the details), `InvalidInput` for placeholders without a value and for an environment without
 * Terraform, `UnknownEnvironment`.
 */
export function sessionOpener(deps: TerraformDeps): SessionOpener {
  const stores = new Map<string, ObjectStore>();
  return async (input, task) => {
    const environment = deps.environment(input.scope.environment);
    const system = environment.terraform;
    if (!system) {
      throw new Failure(
        'InvalidInput',
        `Environment ${environment.name} has no Terraform: ${task.component.name} cannot be provisioned there.`,
      );
    }
    const template = await readTemplate(task, await deps.bundle(task.bundle));
    const { used, findings } = usedProviders(template, system);
    refuse(task.component.name, [...checkTemplate(task, template), ...findings]);
    const outputs = task === input.change.from ? (input.former ?? input.outputs) : input.outputs;
    const variables = resolveVariables(task, { environment, secret: deps.secret, outputs });

    const store = stores.get(environment.name) ?? openStates(system.state, deps);
    stores.set(environment.name, store);
    const secretAccessKey = deps.secret(system.state.secretAccessKey);
    return {
      task,
      environment,
      system,
      binary: findProgram(system.binary),
      template,
      providers: used,
      variables,
      state: stateStore(store, terraformStateKey(input.scope.fqn, environment.name, task.id)),
      credentials: { accessKeyId: deps.secret(system.state.accessKeyId), secretAccessKey },
      hashKey: hashKey(secretAccessKey),
      secret: deps.secret,
      redact: deps.redact,
      scratch: deps.scratch,
    };
  };
}

/** The task that says what is there: the wanted one, or for a removal the one that goes. Throws `InvalidInput` for a change of nothing. */
export function taskOf({ change }: VerbInput): Task {
  const task = change.to ?? change.from;
  if (!task) throw new Failure('InvalidInput', 'A change needs a task to come from or to go to.');
  return task;
}
