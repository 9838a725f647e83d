import type { BlobRef, Digest } from '../../../lifecycle/digest.js';
import type { VerbInput } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { LedgerDeps } from '../deps.js';
import { createClient } from './client.js';
import type { KsqlDbClient } from './client.js';
import { plan } from './plan.js';
import type { Action, Plan } from './plan.js';
import type { Script } from './script.js';
import { statementDigest } from './statement.js';
import { scriptOf } from './task.js';
import type { World } from './world.js';

/** The server's state right before an operation, as the scripts' names are concerned. */
export interface BeforeImage {
  world: World;
  /** Streams and tables that the preview found to be dropped and made again; left out = none. */
  remade?: string[];
}

/** What every verb works with: the cluster, both scripts, the names they touch. */
export interface Work {
  client: KsqlDbClient;
  url: string;
  /** Of the broker behind the cluster. */
  bootstrapServers: string[];
  from: Script | undefined;
  to: Script | undefined;
  names: string[];
  plan(image: BeforeImage): Plan;
}

/** Throws InvalidInput for an environment without ksqlDB, InvalidDescriptor for a script that cannot be read. */
export const prepare = async (deps: LedgerDeps, { scope, change, outputs, former = outputs }: VerbInput): Promise<Work> => {
  const environment = deps.environment(scope.environment);
  const system = environment.ksqldb;
  if (system === undefined)
    throw new Failure('InvalidInput', `the environment ${environment.name} has no ksqlDB: add it to the worker's configuration`);
  const { url, username, password } = system;
  const client = createClient({
    url,
    ...(username !== undefined && password !== undefined ? { credentials: { username, password: deps.secret(password) } } : {}),
  });
  const read = async (task: Task | undefined, given: VerbInput['outputs']): Promise<Script | undefined> => {
    if (task === undefined) return undefined;
    const script = scriptOf(task, await deps.bundle(task.bundle), { environment, outputs: given });
    if (script.findings.length > 0)
      throw new Failure('InvalidDescriptor', `${task.id}: ${script.findings.map(({ message }) => message).join(' ')}`, {
        details: script.findings,
      });
    return script;
  };
  const from = await read(change.from, former);
  const to = await read(change.to, outputs);
  const names = [
    ...new Set(
      [from, to].flatMap((script) => script?.statements ?? []).flatMap(({ shape }) => (shape.type === 'create' ? [shape.name] : [])),
    ),
  ];
  const { bootstrapServers } = environment.kafka;
  return { client, url, bootstrapServers, from, to, names, plan: ({ world, remade }) => plan(from, to, world, scope.fqn, remade) };
};

export const readBefore = async (deps: LedgerDeps, before: BlobRef): Promise<BeforeImage> =>
  (await deps.blobs.getJson(before)) as BeforeImage;

/** Equal for an unchanged world: what would be sent, by what it means, and what it would replace. */
export const planDigest = (actions: Action[], world: World): Digest =>
  digestOfJson(
    actions.map(({ kind, address, phase, statement, former, name, again }) => ({
      kind,
      address,
      phase,
      statement: statementDigest(statement),
      former: former === undefined ? null : statementDigest(former.statement),
      ...(again && { again }),
      replaces: (kind === 'replace' || kind === 'drop' ? world.sources[name]?.statement : undefined) ?? null,
    })),
  );
