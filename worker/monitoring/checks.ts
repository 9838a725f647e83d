import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Catalog } from '../../catalog/index.js';
import type { MonitoringSettings } from '../config/index.js';
import { logger } from '../log.js';
import { openHealth } from './health.js';
import type { HealthServer } from './health.js';

/**
 * Serves the health of a worker where the configuration wants it. Ready is one that takes work and reaches what all work needs; the systems
 * of the environments are the operations' own affair. Throws `InvalidInput` where it cannot listen.
 * @param workers filled when they are made
 */
export async function healthOf(
  { health: settings }: MonitoringSettings,
  workers: Worker[],
  { client, catalog }: { client: Client; catalog: Catalog },
): Promise<HealthServer | undefined> {
  if (!settings) return undefined;
  const health = await openHealth(settings, {
    workers: async () => {
      const idle = workers.filter((worker) => worker.getState() !== 'RUNNING');
      if (workers.length === 0) return 'starting';
      return idle.length === 0 || idle.map((worker) => `${worker.options.taskQueue}: ${worker.getState()}`).join(', ');
    },
    temporal: async () => {
      await client.workflowService.getSystemInfo({});
      return true;
    },
    catalog: async () => (await catalog.reachable()) || 'it does not answer',
  });
  logger.info({ url: health.url }, 'health is served');
  return health;
}
