import { getClient } from '@temporalio/activity';

import { channelsOf, tasksOf } from '../../descriptors/index.js';
import type { Product } from '../../descriptors/product.js';
import type { EngineActivities } from '../../lifecycle/engine.js';
import type { Environment } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { executorQueue, subjectOf } from '../../lifecycle/ids.js';
import type { VersionPin } from '../../lifecycle/plan.js';
import { stepsBetween } from '../../lifecycle/steps.js';
import type { OrderedTask } from '../../lifecycle/steps.js';
import type { EngineDeps } from './deps.js';
import { productIn } from './product.js';
import { environmentOf } from './request.js';

type Planning = Pick<EngineActivities, 'planSteps' | 'findMissingExecutors' | 'sealPlan'>;

/** From pinned bundles to steps. No effects. */
export function createPlanning(deps: EngineDeps): Planning {
  return {
    async planSteps({ environment: name, from, to }) {
      const environment = environmentOf(deps, name);
      const before = await versionTasks(deps, environment, from);
      const after = await versionTasks(deps, environment, to);
      const executorOf = (service: string) => environment.services[service] ?? service;
      const unknown = [...before, ...after].find(({ service }) => !deps.executors.has(executorOf(service)));
      if (unknown) {
        throw new Failure(
          'ExecutorUnavailable',
          `no executor serves ${unknown.service} (asked for by ${unknown.id}); there are ${[...deps.executors.keys()].join(', ')}`,
        );
      }
      return stepsBetween(before, after, executorOf);
    },

    async findMissingExecutors(executors) {
      const { workflowService } = getClient();
      const polled = await Promise.all(
        executors.map(async (executor) => {
          const taskQueue = { name: executorQueue(executor) };
          const { pollers } = await workflowService.describeTaskQueue({
            namespace: deps.namespace,
            taskQueue,
            taskQueueType: ACTIVITY_QUEUE,
          });
          return (pollers ?? []).length > 0;
        }),
      );
      return executors.filter((_, index) => !polled[index]);
    },

    async sealPlan(plan) {
      return { ...plan, ref: await deps.catalog.blobs.putJson(plan) };
    },
  };
}

/** `TASK_QUEUE_TYPE_ACTIVITY` of Temporal's API. */
const ACTIVITY_QUEUE = 2;

async function versionTasks(deps: EngineDeps, environment: Environment, pin: VersionPin | undefined): Promise<OrderedTask[]> {
  if (!pin) return [];
  const product = await productIn(deps, pin.bundle, pin.fqn);
  const declared = tasksOf(product, environment.stage).map((task) => ({ ...task, bundle: pin.bundle }));
  return [...declared, ...schemaTasks(product, environment, pin)];
}

/**
 * The schemas of ports as tasks of the schema registry. Output ports: old readers must read new data (FORWARD). Input ports:
 * new readers must read old data (BACKWARD); only where this product's own infrastructure provides the topic.
 */
function schemaTasks(product: Product, environment: Environment, pin: VersionPin): OrderedTask[] {
  const { inputPorts, outputPorts } = product.interfaceComponents;
  const provided = new Set(product.internalComponents.infrastructuralComponents.flatMap(({ providesTo }) => providesTo ?? []));
  const own = inputPorts.filter(({ fullyQualifiedName }) => provided.has(fullyQualifiedName));
  const ports = [
    ...own.map((port) => ({ port, kind: 'inputPort' as const, compatibility: 'BACKWARD_TRANSITIVE' })),
    ...outputPorts.map((port) => ({ port, kind: 'outputPort' as const, compatibility: 'FORWARD_TRANSITIVE' })),
  ];
  return ports.flatMap(({ port, kind, compatibility }) =>
    channelsOf(port).flatMap(({ topic, messages }) =>
      messages.flatMap(({ valueSchema }, index): OrderedTask[] => {
        if (!valueSchema) return [];
        const suffix = index === 0 ? '' : `:${index + 1}`;
        return [
          {
            id: `${kind}:${port.name}:schema${suffix}`,
            component: { kind, name: port.name, fqn: port.fullyQualifiedName },
            after: [],
            service: 'schema-registry',
            phase: 'schemas',
            bundle: pin.bundle,
            template: { inline: valueSchema.inline },
            configurations: {
              subject: subjectOf(`${environment.variables['TOPIC_PREFIX'] ?? ''}${topic}`, 'value'),
              schemaType: valueSchema.format.toUpperCase(),
              compatibility,
            },
          },
        ];
      }),
    ),
  );
}
