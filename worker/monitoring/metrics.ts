import { isIPv6 } from 'node:net';
import type { MetricCounter, MetricHistogram } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { RuntimeOptions } from '@temporalio/worker';
import { Failure } from '../../lifecycle/failures.js';
import { operationOf } from '../../lifecycle/ids.js';
import type { MonitoringSettings } from '../config/index.js';
import type { Watcher } from './attempts.js';
import { OK } from './outcome.js';

/** Steward's own metrics; those of Temporal's SDK come beside them, as `temporal_...`. docs/monitoring.md tells each. */
export const ownMetrics = {
  /** Seconds that an activity took: `activity` (e.g. `terraform.apply`), `outcome` (`ok`, `cancelled`, or the type of the failure). */
  activity: 'steward_activity_seconds',
  /** Operations that had begun to change something and are over: `operation`, `ended` (`done`, `compensated`, `needs-operator`). */
  ended: 'steward_operations_ended',
  /** Times that an operation has begun to wait for an operator: `operation`. */
  operator: 'steward_operators_needed',
  /** What people have decided: `decision`. */
  decided: 'steward_decisions',
} as const;

/** From a look at the catalog to an apply of hours. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/**
 * Installs Temporal's runtime; with metrics for Prometheus, its own and Steward's, where the configuration wants them.
 * Throws `InvalidInput` where it cannot listen.
 */
export function installRuntime({ metrics }: MonitoringSettings, options: RuntimeOptions): void {
  if (metrics === undefined) return void Runtime.install(options);
  // The runtime takes addresses only.
  const host = metrics.host === 'localhost' ? '127.0.0.1' : metrics.host;
  const bindAddress = `${isIPv6(host) ? `[${host}]` : host}:${metrics.port}`;
  const histogramBucketOverrides = { [ownMetrics.activity]: BUCKETS };
  const prometheus = { bindAddress, countersTotalSuffix: true, useSecondsForDurations: true, histogramBucketOverrides };
  try {
    Runtime.install({ ...options, telemetryOptions: { ...options.telemetryOptions, metrics: { prometheus } } });
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Failure(
      'InvalidInput',
      `monitoring.metrics cannot listen at ${metrics.host}:${metrics.port}, an address and a port (${why})`,
      {
        cause,
      },
    );
  }
  // A counter that begins with its first event has never risen, and an alert on its rise would not be heard.
  for (const operation of [...changing, 'rehearse']) {
    meters().operator.add(0, { operation });
    for (const ended of endings) meters().ended.add(0, { operation, ended });
  }
}

const changing = ['deploy', 'upgrade', 'retire', 'recover'] as const;
const endings = ['done', 'compensated', 'needs-operator'] as const;

interface Meters {
  activity: MetricHistogram;
  ended: MetricCounter;
  operator: MetricCounter;
  decided: MetricCounter;
}

let made: Meters | undefined;
/** Made at the first use: the runtime has to be there. */
function meters(): Meters {
  const meter = Runtime.instance().metricMeter;
  return (made ??= {
    activity: meter.createHistogram(ownMetrics.activity, 'float', 's', 'What activities took, by outcome'),
    ended: meter.createCounter(ownMetrics.ended, '1', 'Operations that are over, by how they ended'),
    operator: meter.createCounter(ownMetrics.operator, '1', 'Operations that have begun to wait for an operator'),
    decided: meter.createCounter(ownMetrics.decided, '1', 'What people have decided'),
  });
}

/** Counts what activities do: an attempt that is made again is counted again. */
export const measuredAttempts: Watcher = ({ info: { activityType: activity, workflowType = '' }, input }) => {
  const began = performance.now();
  return (outcome) => {
    meters().activity.record((performance.now() - began) / 1000, { activity, outcome });
    if (outcome === OK) count(activity, operationOf(workflowType), (input ?? {}) as Noted);
  };
};

/** Of the inputs of the engine's activities (lifecycle/engine.ts). */
interface Noted {
  phase?: string;
  left?: unknown[];
  outcome?: { decision?: string };
}

/** What the engine writes down is what has happened. */
function count(activity: string, operation: string, { phase, left = [], outcome }: Noted): void {
  const { ended, operator, decided } = meters();
  if (activity === 'recordResult') ended.add(1, { operation, ended: 'done' });
  if (activity === 'releaseRecord') ended.add(1, { operation, ended: left.length > 0 ? 'needs-operator' : 'compensated' });
  if (activity === 'setPhase' && phase === 'needs-operator') operator.add(1, { operation });
  if (activity === 'recordDecision' && outcome?.decision) decided.add(1, { decision: outcome.decision });
}
