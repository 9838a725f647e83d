import type { Digest, Json } from './digest.js';

export type ComponentKind =
  'inputPort' | 'outputPort' | 'discoveryPort' | 'observabilityPort' | 'controlPort' | 'application' | 'infrastructure';

/** In which part of an operation a task runs; the order of the list is the order of a deployment. */
export const stepPhases = ['build', 'provision', 'schemas', 'integrate'] as const;
export type StepPhase = (typeof stepPhases)[number];

/** What a component of one version asks of the platform: the unit that an executor previews, applies, probes and reverts. */
export interface Task {
  /** Stable across versions of a product: the same id in two versions is the same thing. E.g. `infrastructure:eventStore:provision`. */
  id: string;
  component: { kind: ComponentKind; name: string; fqn: string };
  /** Name of the executor. */
  service: string;
  phase: StepPhase;
  /** The bundle that holds the template's files. */
  bundle: Digest;
  /** A file or folder of the bundle by its path, or an inline definition. */
  template?: { path?: string; mediaType?: string; inline?: Json };
  /** As written in the descriptor: placeholders (`${env:NAME}`, `${secret:NAME}`, `${output:component.name}`) are not resolved yet. */
  configurations: { [name: string]: Json };
}

/** From one state to another; `from` or `to` left out = absent. Deploy, upgrade, retire and rollback are the same calls. */
export interface Change {
  from?: Task;
  to?: Task;
}
