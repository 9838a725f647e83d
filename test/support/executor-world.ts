import { randomBytes } from 'node:crypto';
import type { BundleFiles, LedgerDeps } from '../../activities/executors/deps.js';
import { digestOfJson } from '../../descriptors/digest.js';
import type { Digest, Json } from '../../lifecycle/digest.js';
import type { Environment } from '../../lifecycle/environment.js';
import type {
  ApplyInput,
  EffectPhase,
  Executor,
  Preview,
  Probe,
  Remainder,
  Scope,
  VerbContext,
  VerbInput,
} from '../../lifecycle/executor.js';
import { Failure } from '../../lifecycle/failures.js';
import { ledgerAfter, type OwnedThing } from '../../lifecycle/ownership.js';
import type { Change, Task } from '../../lifecycle/task.js';
import { stackAddresses } from './stack.js';
import { plainGovernance } from './governance.js';

/** A name that no other test uses. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;

/** The environment of the running stack, with parts replaced where a test says so. */
export function stackEnvironment(changes: Partial<Environment> = {}): Environment {
  const stack = stackAddresses();
  return {
    name: 'test',
    stage: 'test',
    kafka: { bootstrapServers: [stack.kafka] },
    schemaRegistry: { url: stack.schemaRegistry },
    flink: { gatewayUrl: stack.flinkGateway, jobManagerUrl: stack.flinkRest, savepoints: stack.flinkSavepoints },
    commands: {},
    variables: {},
    secrets: {},
    services: { sql: 'flink-sql' },
    ...plainGovernance(),
    deprecationPeriod: '1 second',
    bakeTime: '0 seconds',
    ...changes,
  };
}

/** What an executor is built with, kept in memory; bundles are made from texts by path. */
export interface ExecutorWorld {
  deps: LedgerDeps;
  environment: Environment;
  bundle(files: { [path: string]: string }): Digest;
}

export function executorWorld(environment = stackEnvironment()): ExecutorWorld {
  const blobs = new Map<Digest, string>();
  const bundles = new Map<Digest, BundleFiles>();
  const results = new Map<string, string>();
  return {
    environment,
    bundle(files) {
      const digest = digestOfJson(files);
      bundles.set(digest, filesOf(files));
      return digest;
    },
    deps: {
      environment: () => environment,
      secret: () => {
        throw new Error('no secrets in this test');
      },
      bundle: async (digest) => bundles.get(digest) ?? Promise.reject(new Failure('NotFound', `no bundle ${digest}`)),
      blobs: {
        putJson: async (value) => {
          const digest = digestOfJson(value);
          blobs.set(digest, JSON.stringify(value));
          return digest;
        },
        getJson: async (digest) => JSON.parse(blobs.get(digest) ?? 'null') as unknown,
      },
      results: {
        get: async <T>(key: string) => (results.has(key) ? (JSON.parse(results.get(key)!) as T) : undefined),
        put: async <T>(key: string, value: T) => {
          if (!results.has(key)) results.set(key, JSON.stringify(value));
          return JSON.parse(results.get(key)!) as T;
        },
      },
      redact: (text) => text,
    },
  };
}

function filesOf(files: { [path: string]: string }): BundleFiles {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    root: '/nowhere',
    list: () => Object.keys(files).sort(),
    read: (path) => {
      const text = files[path];
      if (text === undefined) throw new Failure('NotFound', `the bundle holds no ${path}`);
      return bytes(text);
    },
    folder: (path) =>
      new Map(
        Object.entries(files).flatMap(([name, text]) =>
          name.startsWith(`${path}/`) ? [[name.slice(path.length + 1), bytes(text)] as const] : [],
        ),
      ),
  };
}

export function task(part: {
  service: string;
  bundle: Digest;
  path: string;
  configurations?: { [name: string]: Json };
  id?: string;
}): Task {
  return {
    id: part.id ?? `outputPort:thing:${part.service}`,
    component: { kind: 'outputPort', name: 'thing', fqn: 'urn:dpds:org.test:dataproducts:thing:1:outputports:thing' },
    service: part.service,
    phase: 'integrate',
    bundle: part.bundle,
    template: { path: part.path },
    configurations: part.configurations ?? {},
  };
}

/** What the catalog's ledger says of a task after a step of a deployment or upgrade. */
export function ownedAfter(change: Change, preview: Preview, former: OwnedThing[] = []): OwnedThing[] {
  const step = { id: 'step', title: '', executor: '', phase: 'provision' as const, change, after: [], preview };
  const deed = { operation: 'deploy' as const, by: 'deploy:test', at: '2026-01-01T00:00:00Z', steps: [step] };
  const { id } = (change.to ?? change.from)!;
  return ledgerAfter({ [id]: former }, deed, true)[id] ?? [];
}

/** One step of one operation, its verbs called as the engine calls them. */
export class StepRun {
  private last: Preview | undefined;
  readonly key = uniqueName('run');
  /** Asked right before each effect; throws `Superseded` when another operation has taken over. */
  fenced: () => Promise<void> = async () => undefined;
  /** What the ledger says before the step; left out = there is none. */
  owned?: OwnedThing[];
  /** What other components give, and gave before. */
  outputs: VerbInput['outputs'] = {};
  former?: VerbInput['outputs'];

  constructor(
    private readonly executor: Executor,
    private readonly product: string,
    private readonly change: Change,
    readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  private get scope(): Scope {
    const line = `urn:dpds:org.test:dataproducts:${this.product}`;
    return { line, fqn: `${line}:1`, environment: 'test', version: '1.0.0', step: 'step' };
  }
  private get input(): VerbInput {
    const { scope, change, outputs, owned, former } = this;
    return { scope, change, outputs, ...(owned && { owned }), ...(former && { former }) };
  }
  private context(attempt = 1, signal = this.signal): VerbContext {
    return { signal, attempt, progress: () => undefined, assertFence: () => this.fenced() };
  }
  private get previewed(): Preview {
    if (!this.last) throw new Error('preview first');
    return this.last;
  }

  async preview(): Promise<Preview> {
    return (this.last = await this.executor.preview(this.input, this.context()));
  }
  async apply(phase: EffectPhase = 'apply', attempt = 1): Promise<unknown> {
    const { digest: approved, before } = this.previewed;
    const input: ApplyInput = { ...this.input, permit: { approved, key: this.key, fence: 1, phase, before } };
    return (await this.executor.apply(input, this.context(attempt))).outputs;
  }
  probe(phase: EffectPhase = 'apply', since?: string): Promise<Probe> {
    return this.executor.probe(
      { ...this.input, phase, before: this.previewed.before, ...(since !== undefined && { since }) },
      this.context(),
    );
  }
  /** Never cancelled by what cancelled the step. */
  async revert(): Promise<Remainder[]> {
    const input = { ...this.input, before: this.previewed.before, key: this.key, fence: 1 };
    return (await this.executor.revert(input, this.context(1, new AbortController().signal))).remains;
  }
  /** What the ledger says after the step. */
  ownedAfter(): OwnedThing[] {
    return ownedAfter(this.change, this.previewed, this.owned);
  }
  /** Preview, then both phases: a whole step. */
  async run(): Promise<Preview> {
    const preview = await this.preview();
    await this.apply('apply');
    await this.apply('finalise');
    return preview;
  }
}
