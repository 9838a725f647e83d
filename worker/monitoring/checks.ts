import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Catalog } from '../../catalog/index.js';
import type { Checks } from './health.js';

/**
 * Ready is a worker that takes work and reaches what all work needs; the systems of the environments are the operations' own affair.
 * @param workers filled when they are made
 */
export const checksOf = (workers: Worker[], { client, catalog }: { client: Client; catalog: Catalog }): Checks => ({
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
