import type { Probe, ProbeInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { existingGroups } from '../../support/kafka.js';
import { groupLags } from '../../support/kafka-lag.js';
import type { LedgerDeps } from '../deps.js';
import { phaseOf, planJobs, type BeforeImage, type JobAction } from './plan.js';
import { openStep, type FlinkStep } from './step.js';

/** A job that cannot work fails again at every restart, seconds apart: a failure older than this was overcome. */
const RECENT_FAILURE_MS = 10_000;
/** A job that works for a while between its failures is not well either. One or two come with a machine that is lost, or a broker. */
const TOO_MANY_FAILURES = 3;

/** Which of the jobs run, and whether they work: RUNNING with every task, and no recent failure. The state word alone is never believed. */
export async function probe(deps: LedgerDeps, input: ProbeInput, context: VerbContext): Promise<Probe> {
  const step = await openStep(deps, input, context);
  const before = (await deps.blobs.getJson(input.before)) as BeforeImage;
  try {
    return await look(step, before, input);
  } catch (error) {
    if (!(error instanceof Failure && error.type === 'SystemUnavailable')) throw error;
    return { state: 'unreachable', healthy: false, evidence: [error.message] };
  }
}

async function look(step: FlinkStep, before: BeforeImage, { phase, since }: ProbeInput): Promise<Probe> {
  const running = await step.running();
  const names = new Set(running.map(({ name }) => name));
  const due = planJobs(step.from, step.to, before).actions.filter((action) => phase === 'finalise' || phaseOf(action) === 'apply');
  const forget = due.flatMap((action) => (action.kind === 'forget' ? action.groups : []));
  const left = await step.claims.aloneOf(await existingGroups(step.environment.kafka.bootstrapServers, forget));
  const done = due.filter((action) => isDone(action, names, left)).length;

  const wanted = step.to ?? [];
  const health = await Promise.all(wanted.map(({ name }) => jobHealth(step, name, running, since)));
  const lags = await lagsOf(
    step,
    wanted.flatMap(({ groups }) => groups),
  );
  const evidence = [
    ...health.map(({ evidence }) => evidence),
    ...lags,
    ...running.filter(({ name }) => wanted.every((job) => job.name !== name)).map(({ name, state }) => `job ${name}: ${state}`),
    ...left.map((group) => `consumer group ${group}: still there`),
  ];
  const known = new Set([...before.jobs, ...wanted].map(({ name }) => name));
  const healthy = health.every((each) => each.healthy);
  const twice = running.length !== names.size;
  if (done === due.length && wanted.every(({ name }) => names.has(name)) && !twice) return { state: 'to', healthy, evidence };
  if (running.some(({ name }) => !known.has(name))) return { state: 'foreign', healthy: false, evidence };
  const asBefore = before.jobs.every(({ name }) => names.has(name));
  return { state: done === 0 && asBefore ? 'from' : 'between', healthy: false, evidence };
}

/** For people only: whether a job works does not hang on whether the broker tells. */
const lagsOf = ({ environment }: FlinkStep, groups: string[]): Promise<string[]> =>
  groupLags(environment.kafka.bootstrapServers, [...new Set(groups)]).then(
    (lags) => [...lags].map(([group, lag]) => `consumer group ${group}: ${lag} records behind at its last commit`),
    (error: unknown) => [`how far the consumer groups are behind is not known: ${(error as Error).message}`],
  );

function isDone(action: JobAction, names: Set<string>, groups: string[]): boolean {
  switch (action.kind) {
    case 'start':
      return names.has(action.name);
    case 'replace':
      return names.has(action.name) && !action.former.some((name) => names.has(name));
    case 'stop':
      return !action.names.some((name) => names.has(name));
    case 'forget':
      return groups.length === 0;
  }
}

async function jobHealth(
  { manager }: FlinkStep,
  name: string,
  running: Awaited<ReturnType<FlinkStep['running']>>,
  since: string | undefined,
): Promise<{ healthy: boolean; evidence: string }> {
  const job = running.find((each) => each.name === name);
  if (!job) return { healthy: false, evidence: `job ${name}: absent` };
  const { times, last } = await manager.failures(job.id);
  const failsNow = times.some((at) => Date.now() - at < RECENT_FAILURE_MS);
  const failsAgain = since !== undefined && times.filter((at) => at > Date.parse(since)).length >= TOO_MANY_FAILURES;
  const failures = times.length === 0 ? '' : `, ${times.length} failures, the last: ${last ?? 'unknown'}`;
  return {
    healthy: job.allRunning && !failsNow && !failsAgain,
    evidence: `job ${name}: ${job.allRunning ? job.state : `${job.state}, not all tasks run`}${failures}`,
  };
}
