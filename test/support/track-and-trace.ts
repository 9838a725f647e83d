import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flinkSqlExecutor } from '../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../activities/executors/flink-sql/job-manager.js';
import { schemaRegistryExecutor } from '../../activities/executors/schema-registry/index.js';
import { purge } from '../../activities/executors/schema-registry/apply.js';
import { registryOf, type RegistryClient } from '../../activities/executors/schema-registry/client.js';
import { withKafkaAdmin } from '../../activities/support/kafka.js';
import { produceTripEvents } from '../../examples/track-and-trace/events/index.js';
import type { Change, Task } from '../../lifecycle/task.js';
import { executorWorld, StepRun, task, uniqueName, type ExecutorWorld } from './executor-world.js';

const example = 'examples/track-and-trace';

/** A file of the example, as text. */
export const exampleFile = (path: string): string => readFileSync(join(example, path), 'utf8');

/** The example's schemas and Flink SQL on a real registry, broker and Flink, under names of its own; its topics are made by hand. */
export class TrackAndTrace {
  readonly product = uniqueName('trackandtrace');
  readonly prefix = `${this.product}.`;
  readonly events = `${this.prefix}trip-events`;
  readonly status = `${this.prefix}trip-status`;
  readonly position = `${this.prefix}trip-position`;
  readonly topics = [this.events, this.status, this.position];
  readonly groups = ['status', 'position'].map((name) => `${this.prefix}trackandtrace-trip-${name}`);
  readonly world: ExecutorWorld = executorWorld();
  readonly kafka = this.world.environment.kafka.bootstrapServers;
  readonly registryUrl = this.world.environment.schemaRegistry!.url;
  readonly registry: RegistryClient = registryOf(this.world.deps, 'test');
  readonly manager = new JobManager(this.world.environment.flink!);
  private readonly bundles = new Map<string, Task['bundle']>();

  async open(): Promise<this> {
    await withKafkaAdmin(this.kafka, (admin) => admin.createTopics({ topics: this.topics, partitions: 3, replicas: 1 }));
    return this;
  }

  async close(): Promise<void> {
    for (const job of await this.jobsLeft()) await this.manager.cancel(job.id);
    await withKafkaAdmin(this.kafka, (admin) => admin.deleteTopics({ topics: this.topics }));
    for (const subject of this.topics.map((topic) => `${topic}-value`)) {
      for (const version of await this.registry.versions(subject)) await this.registry.softDelete(subject, version);
      await purge(this.registry, subject);
    }
  }

  /** The steps of the three schemas that lead from one version of the example to another; left out = to its beginning or end. */
  schemas(from?: string, to?: string): StepRun[] {
    return ['trip-event', 'trip-status', 'trip-position'].map((name) => {
      const change = this.change((version) => this.schemaTask(version, name), from, to);
      return new StepRun(schemaRegistryExecutor(this.world.deps), this.product, change);
    });
  }

  /** The step of its jobs. */
  jobs(from?: string, to?: string): StepRun {
    return new StepRun(
      flinkSqlExecutor(this.world.deps),
      this.product,
      this.change((version) => this.sqlTask(version), from, to),
    );
  }

  /** The jobs of this product that run. */
  async jobsLeft(): Promise<{ id: string; name: string }[]> {
    return (await this.manager.jobs()).filter((job) => job.name.includes(this.product) && isActive(job.state));
  }

  /** Writes the example's events. Returns how many. */
  feed(): Promise<number> {
    return produceTripEvents({
      kafka: this.kafka,
      registry: this.registryUrl,
      topic: this.events,
      csv: exampleFile('events/trip-events.csv'),
    });
  }

  private change(make: (version: string) => Task, from?: string, to?: string): Change {
    return { ...(from ? { from: make(from) } : {}), ...(to ? { to: make(to) } : {}) };
  }

  private schemaTask(version: string, name: string): Task {
    const subject = `${this.prefix}${name === 'trip-event' ? 'trip-events' : name}-value`;
    return task({
      service: 'schema-registry',
      bundle: this.bundleOf(version),
      path: `schemas/${name}.avsc`,
      id: `schema:${name}`,
      configurations: { subject, schemaType: 'AVRO', compatibility: 'FORWARD_TRANSITIVE' },
    });
  }

  private sqlTask(version: string): Task {
    return task({ service: 'flink-sql', bundle: this.bundleOf(version), path: 'sql', configurations: { topic_prefix: this.prefix } });
  }

  private bundleOf(version: string): Task['bundle'] {
    const found = this.bundles.get(version);
    if (found) return found;
    const paths = ['schemas', 'sql/flink', 'sql/ksqldb'].flatMap((folder) =>
      readdirSync(join(example, version, folder)).map((name) => `${folder}/${name}`),
    );
    const digest = this.world.bundle(Object.fromEntries(paths.map((path) => [path, exampleFile(`${version}/${path}`)])));
    this.bundles.set(version, digest);
    return digest;
  }
}
