import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime, Worker, makeTelemetryFilterString } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { historiesFolder, readHistory } from './histories.js';
import { bundleSources, sinks } from './workflow-code.js';

const names = readdirSync(historiesFolder).filter((name) => name.endsWith('.json'));

describe('runs that began under earlier code', () => {
  let workflowBundle: WorkflowBundleWithSourceMap;
  beforeAll(async () => {
    const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
    workflowBundle = await bundleSources();
  });
  const replay = (history: ReturnType<typeof readHistory>): Promise<void> => Worker.runReplayHistory({ workflowBundle, sinks }, history);

  it.each(names)('go on under this code: %s', async (name) => {
    await expect(replay(readHistory(name))).resolves.toBeUndefined();
  });

  it('are recorded for every workflow', () => {
    const recorded = names.map((name) => readHistory(name).events[0]!.workflowExecutionStartedEventAttributes!.workflowType.name);
    expect([...new Set(recorded)].sort()).toEqual([
      'deployDataProduct',
      'inspectDataProduct',
      'notify',
      'policyException',
      'recoverDataProduct',
      'registerDataProduct',
      'rehearseDataProduct',
      'retireDataProduct',
      'upgradeDataProduct',
    ]);
  });

  it('are told apart from runs whose steps came in another order', async () => {
    const history = readHistory('deploy-done.json');
    const [first, second] = history.events.flatMap(({ activityTaskScheduledEventAttributes: activity }) => activity ?? []);
    [first!.activityType.name, second!.activityType.name] = [second!.activityType.name, first!.activityType.name];
    await expect(replay(history)).rejects.toThrow(/TMPRL1100|[Nn]ondeterminism/);
  });
});
