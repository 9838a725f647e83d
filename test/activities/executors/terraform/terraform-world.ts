import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTerraformExecutor, ensureStateBucket } from '../../../../activities/executors/terraform/index.js';
import { withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { createRedactor } from '../../../../activities/support/redaction.js';
import { createSecrets } from '../../../../activities/support/secrets.js';
import { createObjectStore, type ObjectStore } from '../../../../catalog/object-store.js';
import type { Json } from '../../../../lifecycle/digest.js';
import type { Environment, SecretRef } from '../../../../lifecycle/environment.js';
import type {
  ApplyInput,
  EffectPhase,
  Executor,
  Preview,
  Probe,
  Remainder,
  VerbContext,
  VerbInput,
} from '../../../../lifecycle/executor.js';
import { terraformStateKey } from '../../../../lifecycle/ids.js';
import { Failure } from '../../../../lifecycle/failures.js';
import type { OwnedThing } from '../../../../lifecycle/ownership.js';
import type { Task } from '../../../../lifecycle/task.js';
import { executorWorld, ownedAfter, stackEnvironment, uniqueName } from '../../../support/executor-world.js';
import { stackAddresses, stackCredentials, stackTools } from '../../../support/stack.js';

const TASK_ID = 'infrastructure:store:provision';
const BUCKET = 'terraform-states-of-tests';
const TEST_LINE = 'urn:dpds:org.test:dataproducts:';

/** The secret that a test environment offers as `${secret:TOKEN}`. */
export const TOKEN = 'a-token-that-nobody-may-see';
process.env['STEWARD_TEST_TOKEN'] = TOKEN;

/** One product's infrastructure on the real Terraform, object store and broker. */
export class TerraformWorld {
  readonly product: string;
  readonly scratch: string;
  readonly store: ObjectStore;
  readonly environment: Environment;
  private readonly base;
  private readonly topics = new Set<string>();

  constructor(
    changes: { product?: string; scratch?: string; endpoint?: string; bootstrapServers?: string[]; binary?: string; bucket?: string } = {},
  ) {
    this.product = changes.product ?? uniqueName('tf');
    this.scratch = changes.scratch ?? mkdtempSync(join(tmpdir(), 'steward-tf-'));
    const bucket = changes.bucket ?? BUCKET;
    const { s3, kafka } = stackAddresses();
    const { provisioner, providerMirror } = stackTools();
    this.store = createObjectStore({ bucket, region: s3.region, endpoint: s3.endpoint, ...trimmed() });
    const bootstrap = changes.bootstrapServers ?? [kafka];
    this.environment = stackEnvironment({
      kafka: { bootstrapServers: bootstrap },
      variables: { PREFIX: this.product },
      secrets: { TOKEN: 'env:STEWARD_TEST_TOKEN' },
      terraform: {
        binary: changes.binary ?? provisioner.binary,
        mirror: providerMirror,
        providers: {
          kafka: {
            source: 'Mongey/kafka',
            version: '0.13.1',
            configuration: { bootstrap_servers: bootstrap, tls_enabled: false, timeout: 5 },
          },
        },
        state: {
          bucket,
          region: s3.region,
          endpoint: changes.endpoint ?? s3.endpoint,
          accessKeyId: `file:${s3.credentialFiles.accessKeyId}`,
          secretAccessKey: `file:${s3.credentialFiles.secretAccessKey}`,
        },
      },
    });
    this.base = executorWorld(this.environment);
  }

  async ready(): Promise<this> {
    await ensureStateBucket(this.environment.terraform!.state, { secret: createSecrets(createRedactor()) });
    return this;
  }

  /** A worker's executor. Every one of this world shares the scratch folder, as a restarted worker does. */
  executor(scratch = this.scratch): Executor {
    const redactor = createRedactor();
    const secrets = createSecrets(redactor);
    return createTerraformExecutor({
      ...this.base.deps,
      secret: (ref: SecretRef) => secrets(ref),
      redact: (text) => redactor.text(text),
      scratch,
    });
  }

  task(hcl: string | { [path: string]: string }, configurations: { [name: string]: Json } = {}): Task {
    const files = typeof hcl === 'string' ? { 'terraform/main.tf': hcl } : hcl;
    return {
      id: TASK_ID,
      component: { kind: 'infrastructure', name: 'store', fqn: `${TEST_LINE}${this.product}:1:infrastructure:store` },
      service: 'terraform',
      phase: 'provision',
      bundle: this.base.bundle(files),
      template: { path: 'terraform' },
      configurations,
    };
  }

  step(change: { from?: Task; to?: Task }, executor = this.executor(), owned?: OwnedThing[]): TerraformStep {
    return new TerraformStep(executor, { scope: this.scope, change, outputs: {}, ...(owned && { owned }) });
  }

  get scope(): VerbInput['scope'] {
    const line = TEST_LINE + this.product;
    return { line, fqn: `${line}:1`, environment: 'test', version: '1.0.0', step: 'step' };
  }
  get stateKey(): string {
    return terraformStateKey(this.scope.fqn, 'test', TASK_ID);
  }
  blob(ref: Preview['before']): Promise<unknown> {
    return this.base.deps.blobs.getJson(ref);
  }
  async stateText(): Promise<string | undefined> {
    const object = await this.store.get(this.stateKey);
    return object && Buffer.from(object.bytes).toString('utf8');
  }

  /** A topic name of this product; cleaned up at the end. */
  topic(name: string): string {
    const full = `${this.product}-${name}`;
    this.topics.add(full);
    return full;
  }
  async existing(): Promise<string[]> {
    const all = await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.listTopics());
    return all.filter((name) => name.startsWith(this.product)).sort();
  }
  async deleteTopics(...topics: string[]): Promise<void> {
    if (topics.length > 0) await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.deleteTopics({ topics }));
  }
  async close(): Promise<void> {
    await this.deleteTopics(...(await this.existing()));
    for (const Key of await this.store.keys(`terraform/test/${this.scope.fqn}/`)) {
      await this.store.client.send(new DeleteObjectCommand({ Bucket: this.store.bucket, Key }));
    }
    this.store.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

const trimmed = (): { accessKeyId: string; secretAccessKey: string } => {
  const { accessKeyId, secretAccessKey } = stackCredentials();
  return { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() };
};

/** HCL of topics, each made after the one before it, so that an apply has a middle. */
export function topicsHcl(names: string[], partitions = 1): string {
  const resources = names.map((name, at) => {
    const after = at === 0 ? '' : `depends_on = [kafka_topic.${label(names[at - 1]!)}]`;
    return `resource "kafka_topic" "${label(name)}" {
  name               = "${name}"
  partitions         = ${partitions}
  replication_factor = 1
  ${after}
}`;
  });
  return `terraform {
  required_providers {
    kafka = {
      source = "Mongey/kafka"
    }
  }
}
${resources.join('\n')}
output "topics" {
  value = [${names.map((name) => `kafka_topic.${label(name)}.name`).join(', ')}]
}
`;
}
export const label = (topic: string): string => topic.split('-').slice(2).join('_');

/**
 * One step of one operation: the verbs as the engine calls them. Like there, a verb is tried again when a system was away: a broker that
 * has much to do drops a connection now and then, and a test of something else must not fail for it.
 */
export class TerraformStep {
  /** How often a verb is tried; 1 where a test takes a system away and wants to see what is said of it. */
  attempts = 3;
  last?: Preview;
  readonly said: string[] = [];
  private readonly key = uniqueName('run');

  constructor(
    private readonly executor: Executor,
    private readonly input: VerbInput,
  ) {}

  /** The same step of the same operation, served by another worker. */
  on(executor: Executor): TerraformStep {
    const other = new TerraformStep(executor, this.input);
    Object.assign(other, { last: this.last, key: this.key, attempts: this.attempts });
    return other;
  }

  context(part: Partial<VerbContext> = {}): VerbContext {
    return {
      signal: new AbortController().signal,
      attempt: 1,
      progress: (text) => void this.said.push(text),
      assertFence: () => Promise.resolve(),
      ...part,
    };
  }
  async preview(): Promise<Preview> {
    return (this.last = await this.tried((attempt) => this.executor.preview(this.input, this.context({ attempt }))));
  }
  async apply(phase: EffectPhase = 'apply', part: Partial<VerbContext> = {}): Promise<unknown> {
    const { digest: approved, before } = this.previewed;
    const input: ApplyInput = { ...this.input, permit: { approved, key: this.key, fence: 1, phase, before } };
    const { outputs } = await this.tried((attempt) => this.executor.apply(input, this.context({ ...part, attempt })), part.attempt);
    return outputs;
  }
  probe(phase: EffectPhase = 'apply'): Promise<Probe> {
    return this.executor.probe({ ...this.input, phase, before: this.previewed.before }, this.context());
  }
  async revert(part: { deleteData?: boolean } = {}): Promise<Remainder[]> {
    const input = { ...this.input, before: this.previewed.before, key: this.key, fence: 1, ...part };
    return (await this.tried((attempt) => this.executor.revert(input, this.context({ attempt })))).remains;
  }
  async run(): Promise<unknown> {
    await this.preview();
    const outputs = await this.apply('apply');
    await this.apply('finalise');
    return outputs;
  }
  /** What the catalog's ledger says after this step, were it a deployment. */
  owned(): OwnedThing[] {
    return ownedAfter(this.input.change, this.previewed, this.input.owned);
  }
  private async tried<T>(verb: (attempt: number) => Promise<T>, first = 1): Promise<T> {
    for (let attempt = first; ; attempt++) {
      try {
        return await verb(attempt);
      } catch (error) {
        const away = error instanceof Failure && error.type === 'SystemUnavailable';
        if (!away || attempt + 1 >= first + this.attempts) throw error;
      }
    }
  }
  private get previewed(): Preview {
    if (!this.last) throw new Error('preview first');
    return this.last;
  }
}
