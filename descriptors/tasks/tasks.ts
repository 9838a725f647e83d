import { isObject, type JsonObject } from '../json.js';
import { componentLists, kinds, type Component, type ComponentKind, type LifecycleTask, type Product } from '../product.js';
import { dependencyOrder } from './order.js';

/** What a component asks of the platform: lifecycle's `Task` without the bundle, which the caller knows. */
export interface DeclaredTask {
  /** Stable across versions, e.g. `infrastructure:eventStore:provision`. */
  id: string;
  component: { kind: ComponentKind; name: string; fqn: string };
  /** As written: a name that the environment maps to an executor. */
  service: string;
  phase: 'build' | 'provision' | 'integrate';
  /** A file or folder of the bundle, or an inline definition. */
  template?: { path?: string; mediaType?: string; inline?: JsonObject | string };
  /** Placeholders are not resolved. */
  configurations: JsonObject;
  /** Ids of tasks of the same phase that must be done before. */
  after: string[];
}

/** The blocks of a component that ask for something, in the order of a deployment (T13). */
const blocks = [
  { block: 'buildInfo', verb: 'build', phase: 'build' },
  { block: 'provisionInfo', verb: 'provision', phase: 'provision' },
  { block: 'deployInfo', verb: 'deploy', phase: 'integrate' },
] as const;

/** Services that make infrastructure; a stage's tasks of any other service come after the schemas. */
const PROVISIONERS: ReadonlySet<string> = new Set(['terraform', 'opentofu', 'cloudformation']);

/**
 * The tasks of a stage in the order in which they run: those of `lifecycleInfo[stage]` when there is such a stage (R78, R79), else the
 * components' own blocks, build → provision → deploy, each after what it depends on. Tasks without a service do nothing and are left out.
 */
export function tasksOf(product: Product, stage: string): DeclaredTask[] {
  const stages = product.internalComponents.lifecycleInfo ?? {};
  if (Object.hasOwn(stages, stage)) return stageTasks(product, stage, stages[stage] ?? []);
  // Announcing and retiring ask for nothing unless the descriptor says so.
  return stage === 'deprecated' || stage === 'retired' ? [] : blockTasks(product);
}

function blockTasks(product: Product): DeclaredTask[] {
  const components = componentLists.flatMap((list) =>
    product.internalComponents[list].map((component) => ({ component, kind: kinds[list].kind })),
  );
  const ordered = dependencyOrder(
    components,
    ({ component }) => component.fullyQualifiedName,
    ({ component }) => component.dependsOn ?? [],
  );
  return blocks.flatMap(({ block, verb, phase }) => {
    const wanting = ordered.filter(({ component }) => component[block]?.service !== undefined);
    const idOf = (kind: ComponentKind, component: Component): string => `${kind}:${component.name}:${verb}`;
    return wanting.map(({ component, kind }) => ({
      ...declared(component[block] ?? {}),
      id: idOf(kind, component),
      component: { kind, name: component.name, fqn: component.fullyQualifiedName },
      phase,
      after: wanting
        .filter((other) => component.dependsOn?.includes(other.component.fullyQualifiedName))
        .map((other) => idOf(other.kind, other.component)),
    }));
  });
}

function stageTasks(product: Product, stage: string, tasks: LifecycleTask[]): DeclaredTask[] {
  const numbered = tasks
    .map((task, index) => ({ task, name: task.name ?? String(index + 1) }))
    .filter(({ task }) => task.service !== undefined);
  const last: { [phase: string]: string } = {};
  return inStageOrder(numbered).map(({ task, name }) => {
    const id = `lifecycle:${stage}:${name}`;
    const phase = PROVISIONERS.has(task.service ?? '') ? 'provision' : 'integrate';
    const after = last[phase] === undefined ? [] : [last[phase]];
    last[phase] = id;
    const kind = phase === 'provision' ? 'infrastructure' : 'application';
    return { ...declared(task), id, component: { kind, name, fqn: product.info.fullyQualifiedName }, phase, after };
  });
}

/** Those with an `order` first, ascending; then the others as written; equal orders as written (R79). */
export const inStageOrder = <T extends { task: { order?: number } }>(tasks: readonly T[]): T[] =>
  [...tasks].sort((one, two) => (one.task.order ?? Infinity) - (two.task.order ?? Infinity) || 0);

function declared(task: LifecycleTask): Pick<DeclaredTask, 'service' | 'template' | 'configurations'> {
  const template = templateOf(task.template);
  return { service: task.service ?? '', ...(template && { template }), configurations: task.configurations ?? {} };
}

function templateOf(template: LifecycleTask['template']): DeclaredTask['template'] {
  if (template === undefined) return undefined;
  if (!isObject(template) || typeof template['$href'] !== 'string') return { inline: template };
  const mediaType = template['mediaType'];
  return { path: template['$href'], ...(typeof mediaType === 'string' && { mediaType }) };
}
