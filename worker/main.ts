import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { temporalSettings } from '../client/temporal-settings.js';
import type { TemporalSettings } from '../client/temporal-settings.js';
import { whyNoConnection } from '../client/why-no-connection.js';
import { sweepScratch } from '../activities/support/scratch.js';
import { Failure, failures } from '../lifecycle/failures.js';
import type { WorkerVersion } from '../lifecycle/worker-versions.js';
import { loadConfig, printRedacted } from './config/index.js';
import { logger, temporalLogger } from './log.js';
import { installRuntime } from './monitoring/index.js';
import { assertNamespace } from './namespace.js';
import { whatKeepsRunsAway } from './versioning.js';
import { createWorkers } from './workers.js';

/** The worker process: reads its configuration once, connects, serves until SIGINT or SIGTERM, then lets running work end. */
async function main(): Promise<void> {
  const config = await loadConfig(process.env['STEWARD_CONFIG'] || 'steward.yaml');
  logger.info({ config: printRedacted(config) }, 'configuration');
  installRuntime(config.monitoring, { logger: temporalLogger });
  for (const user of ['terraform', 'command', 'git']) await sweepScratch(join(config.scratch, user));
  const settings = temporalSettings();
  const { namespace } = settings;
  const connection = await connect(settings);
  try {
    await assertNamespace(connection, namespace);
    const workers = await createWorkers(config, connection, namespace);
    const { metrics } = config.monitoring;
    if (metrics) logger.info({ url: `http://${metrics.host}:${metrics.port}/metrics` }, 'metrics are served');
    logger.info({ namespace, executors: Object.keys(config.executors), environments: Object.keys(config.environments) }, 'worker is ready');
    await Promise.all([workers.run(), workers.version && tellVersion(workers.version, connection, namespace)]);
  } finally {
    await connection.close();
  }
  logger.info('worker has stopped');
}

/** Throws `AccessDenied` where the credentials are refused, else `SystemUnavailable`, with why. */
async function connect(settings: TemporalSettings): Promise<NativeConnection> {
  const { address, connectionOptions } = settings;
  try {
    return await NativeConnection.connect({ ...connectionOptions, address });
  } catch (cause) {
    if (/valid authentication credentials|permission to execute/.test((cause as Error).message))
      throw new Failure('AccessDenied', `Temporal at ${address} refuses the credentials`, { cause });
    throw new Failure('SystemUnavailable', `Temporal does not answer at ${address}: ${await whyNoConnection(settings)}`, { cause });
  }
}

/** Without a current version every run waits, and nothing else would say why. */
async function tellVersion(version: WorkerVersion, connection: NativeConnection, namespace: string): Promise<void> {
  try {
    const warning = await whatKeepsRunsAway(connection, namespace, version);
    if (warning) logger.warn(version, warning);
    else logger.info(version, 'this version of the worker gets the runs');
  } catch (error) {
    logger.warn({ ...version, err: error }, 'the current version of the workers cannot be read');
  }
}

try {
  await main();
} catch (error) {
  const failure = error instanceof Failure ? error : new Failure('Internal', error instanceof Error ? error.message : String(error));
  logger.fatal({ type: failure.type, next: failure.next ?? failures[failure.type].next }, failure.message);
  process.exitCode = failures[failure.type].exit;
}
