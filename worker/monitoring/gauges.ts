import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { NEEDS_OPERATOR_QUERY } from '../../lifecycle/search-attributes.js';
import type { MonitoringSettings } from '../config/index.js';
import { look } from './health.js';
import type { Checks } from './health.js';

/** What is so at this moment, whether or not anything happens. docs/monitoring.md tells each. */
export const ownGauges = {
  /** 1 while the worker can get on with its work, else 0: what /ready says. */
  ready: 'steward_ready',
  /** Operations of the namespace that wait for an operator: every worker says the same. */
  waiting: 'steward_operators_awaited',
} as const;

/** As often as most Prometheus servers ask. */
const LOOK_EVERY_MS = 15_000;
/** Less than that: looks do not pile up. */
const ANSWER_WITHIN_MS = 5_000;

/** Keeps the gauges true while the worker lives, where the configuration wants metrics. */
export function openGauges({ metrics }: MonitoringSettings, checks: Checks, client: Client): { close(): Promise<void> } | undefined {
  if (metrics === undefined) return undefined;
  const meter = Runtime.instance().metricMeter;
  const ready = meter.createGauge(ownGauges.ready, 'int', '1', 'Whether the worker can get on with its work');
  const waiting = meter.createGauge(ownGauges.waiting, 'int', '1', 'Operations that wait for an operator');
  let looking: Promise<void> = Promise.resolve();
  const update = async (): Promise<void> => {
    ready.set((await look(checks)).isReady ? 1 : 0);
    // A Temporal that does not answer makes the worker not ready; the last number stands meanwhile.
    const ask = () => client.workflow.count(NEEDS_OPERATOR_QUERY);
    const count = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask).catch(() => undefined);
    if (count) waiting.set(count.count);
  };
  const again = (): void => void (looking = looking.then(update));
  again();
  const timer = setInterval(again, LOOK_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
