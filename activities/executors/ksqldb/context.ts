import type { BlobRef, Digest } from '../../../lifecycle/digest.js';
import type { VerbInput } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { LedgerDeps } from '../deps.js';
import { createClient } from './client.js';
import type { KsqlDbClient } from './client.js';
import { isEquivalent } from './ledger.js';
import { isOfStatement, plan } from './plan.js';
import type { Action, Plan } from './plan.js';
import type { Script } from './script.js';
import { statementDigest } from './statement.js';
import { scriptOf } from './task.js';
import type { SourceState, World } from './world.js';

/** The server's state right before an operation, as the scripts' names are concerned. */
export interface BeforeImage {
  world: World;
}

/** What every verb works with: the cluster, both scripts, the names they touch. */
export interface Work {
  client: KsqlDbClient;
  url: string;
  from: Script | undefined;
  to: Script | undefined;
  names: string[];
  plan(world: World): Plan;
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
  return { client, url, from, to, names, plan: (world) => plan(from, to, world, scope.fqn) };
};

export const readBefore = async (deps: LedgerDeps, before: BlobRef): Promise<BeforeImage> =>
  (await deps.blobs.getJson(before)) as BeforeImage;

/** Equal for an unchanged world: what would be sent, by what it means, and what it would replace. */
export const planDigest = (actions: Action[], world: World): Digest =>
  digestOfJson(
    actions.map(({ kind, address, phase, statement, former, name }) => ({
      kind,
      address,
      phase,
      statement: statementDigest(statement),
      former: former === undefined ? null : statementDigest(former.statement),
      replaces: (kind === 'replace' || kind === 'drop' ? world.sources[name]?.statement : undefined) ?? null,
    })),
  );

/** The server's wording of a source; OR REPLACE in it says nothing about what is there. */
export const wording = (source: SourceState | undefined): string => source?.statement.replace(/^CREATE OR REPLACE /i, 'CREATE ') ?? '';

/** Another topic under our name is another's stream. */
const sameTopic = (there: SourceState, { statement: { shape } }: Action): boolean =>
  shape.type !== 'create' || shape.topic === undefined || shape.topic.includes('${') || shape.topic === there.topic;

/** True when the server's state shows what the action leads to. */
export const isDone = async (deps: LedgerDeps, action: Action, world: World, before: World): Promise<boolean> => {
  const there = world.sources[action.name];
  switch (action.kind) {
    case 'create':
      return there !== undefined && there.object === action.object && sameTopic(there, action);
    case 'replace':
      if (there === undefined) return false;
      return wording(there) !== wording(before.sources[action.name]) || isEquivalent(deps, action, wording(there));
    case 'drop':
      return !isOfStatement(there, action.statement);
    case 'insert':
      return world.queries[action.name] !== undefined;
    case 'terminate':
      return world.queries[action.name] === undefined;
    case 'assert':
      return true;
  }
};
