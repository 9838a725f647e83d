import { getClient } from '@temporalio/activity';

import { tasksOf } from '../../descriptors/index.js';
import type { EngineActivities } from '../../lifecycle/engine.js';
import type { Environment } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { executorQueue } from '../../lifecycle/ids.js';
import type { VersionPin } from '../../lifecycle/plan.js';
import { stepsBetween } from '../../lifecycle/steps.js';
import type { OrderedTask } from '../../lifecycle/steps.js';
import type { EngineDeps } from './deps.js';
import { productIn } from './product.js';
import { environmentOf } from './request.js';
import { schemaTasks } from './schema-tasks.js';

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
