import type { VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import type { Environment, FlinkSystem } from '../../../lifecycle/environment.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import { resolvePlaceholders } from '../../support/placeholders.js';
import type { LedgerDeps } from '../deps.js';
import { registryOf, type RegistryClient } from '../schema-registry/client.js';
import { readApplication, type WantedJob } from './application.js';
import { GroupClaims } from './group-claims.js';
import { jobName } from './job-name.js';
import { JobManager } from './job-manager.js';
import { JobLedger } from './ledger.js';
import { jobsOnSinks, type FormerJob, type NamedJob } from './plan.js';

/** A job of a script under its full name. */
export type Job = WantedJob & NamedJob;

/** One step of an operation, ready to look and to act. */
export interface FlinkStep {
  environment: Environment;
  system: FlinkSystem;
  manager: JobManager;
  ledger: JobLedger;
  claims: GroupClaims;
  /** For the schemas of sinks; `undefined` where the environment has no registry. */
  registry: RegistryClient | undefined;
  signal: AbortSignal;
  /** Outputs of earlier steps that the SQL names and nobody has given yet: only a preview may go on without them. */
  unknown: string[];
  /** Jobs of the version that the change leaves; empty when there is none. */
  from: Job[];
  /** Jobs of the version that the change leads to; `undefined` when it is a removal. */
  to: Job[] | undefined;
  /** The active jobs that write the sinks of this step, but for those of other tasks. */
  running(): Promise<RunningJob[]>;
  /** Throws when a wanted sink has a job of another task (`TemplateRefused`), or of nobody knows whom (`SystemRefused`). */
  refuseSharedSinks(): Promise<void>;
}

type RunningJob = FormerJob & { allRunning: boolean; state: string; startTime: number };

/** Reads the SQL of both versions. Throws `TemplateRefused` for a script that cannot be deployed. */
export async function openStep(
  deps: LedgerDeps,
  { scope, change, outputs, former = outputs }: VerbInput,
  { signal }: Pick<VerbContext, 'signal'>,
): Promise<FlinkStep> {
  const environment = deps.environment(scope.environment);
  const system = environment.flink;
  if (!system) throw new Failure('InvalidInput', `environment ${scope.environment} names no Flink`);
  const missing = new Set<string>();
  const jobsOf = async (task: Task | undefined, given: VerbInput['outputs']): Promise<Job[] | undefined> => {
    if (!task) return undefined;
    const { value, unknown, secret } = resolvePlaceholders(task.configurations, { environment, secret: deps.secret, outputs: given });
    for (const output of unknown) missing.add(output);
    // Statements are shown in plans, in the web page of the cluster and in its logs.
    if (secret) throw new Failure('SecretInInput', `${task.id}: a secret may not become part of a statement`);
    const resolved = { ...task, configurations: value as Task['configurations'] };
    const { jobs } = readApplication(resolved, await deps.bundle(task.bundle), environment);
    return jobs.map((job) => ({ ...job, name: jobName(scope.fqn, environment.name, job) }));
  };
  const [from, to] = await Promise.all([jobsOf(change.from, former), jobsOf(change.to, outputs)]);
  const manager = new JobManager(system, signal);
  const task = (change.to ?? change.from)!.id;
  const ledger = new JobLedger(deps.results, environment.name, task);
  const sinks = new Set([...(from ?? []), ...(to ?? [])].map(({ sink }) => sink));
  // The names of jobs hold no task: the ledger says whose a job is. Of older ones it does not; the former script's are this task's then.
  const starters = new Map<string, string | undefined>();
  const onSinks = async (): Promise<(RunningJob & { isOwn: boolean; starter: string | undefined })[]> => {
    const jobs = jobsOnSinks(await manager.jobs(), scope.fqn, environment.name, sinks);
    for (const job of jobs) if (starters.get(job.id) === undefined) starters.set(job.id, await ledger.starter(job));
    return jobs.map((job) => {
      const starter = starters.get(job.id);
      return { ...job, starter, isOwn: starter === undefined ? (from ?? []).some(({ sink }) => sink === job.sink) : starter === task };
    });
  };
  return {
    environment,
    system,
    manager,
    ledger,
    claims: new GroupClaims(deps.results, environment.kafka.bootstrapServers, `${scope.fqn}/${environment.name}/${task}`),
    registry: environment.schemaRegistry ? registryOf(deps, environment.name, signal) : undefined,
    signal,
    unknown: [...missing].sort(),
    from: from ?? [],
    to,
    running: async () => (await onSinks()).filter(({ isOwn }) => isOwn),
    async refuseSharedSinks() {
      const wanted = new Set(to?.map(({ sink }) => sink));
      const shared = (await onSinks()).find(({ sink, isOwn }) => wanted.has(sink) && !isOwn);
      if (!shared) return;
      const { name, sink, starter } = shared;
      if (starter !== undefined)
        throw new Failure(
          'TemplateRefused',
          `${task}: task ${starter} of the same product writes a table ${sink}, too (job ${name}): each needs a name of its own (where an application was only renamed, upgrade to a version without it first)`,
        );
      throw new Failure('SystemRefused', `${task}: job ${name} writes ${sink}, and nothing says that this task started it: stop it first`);
    },
  };
}
