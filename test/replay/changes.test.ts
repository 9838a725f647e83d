import { beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime, Worker, makeTelemetryFilterString } from '@temporalio/worker';
import { readHistory } from './histories.js';
import { bundleChanged, sinks } from './workflow-code.js';
import type { SourceChange } from './workflow-code.js';

/** Proves that the replays see a change that would break runs under way, and let the other ones pass. */
describe('a change of the workflow code', () => {
  beforeAll(() => {
    const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  });
  const replay = async (name: string, ...changes: SourceChange[]): Promise<void> =>
    Worker.runReplayHistory({ workflowBundle: await bundleChanged(...changes), sinks }, readHistory(name));

  const previews = `    const previewed = await previewAll(steps, this.outputs, (step, outputs) => this.preview(step, outputs));\n`;
  const search = `    const missing = await this.engine.findMissingExecutors([...new Set(steps.map((step) => step.executor))]);\n`;
  const takeOver = `    const { fence, before, outputs: noted } = await engine(settings).takeOver({ line, environment, holder, record });\n`;
  const pause = `    await sleep(settings.takeoverWaitMs, { summary: 'effects of the former holder stop by its fence' });\n`;
  const run = (from: string, to: string): SourceChange => ({ file: 'workflows/run.ts', from, to });

  it.each<[string, string, SourceChange[]]>([
    // Where it was, the previews come first now: nobody is looked for before they are done.
    [
      'two activities in another order',
      'deploy-done',
      [run(search, 'const missing: string[] = [];'), run(previews, previews + search.replace('missing', 'late'))],
    ],
    [
      'an activity and a timer in another order',
      'recover-recovered',
      [{ file: 'workflows/recovery.ts', from: takeOver + pause, to: pause + takeOver }],
    ],
    ['one activity more', 'upgrade-done', [run(search, `    await this.engine.planSteps(target);\n${search}`)]],
    ['one activity fewer', 'deploy-cancelled', [run(search, 'const missing: string[] = [];')]],
    ['another condition before a wait', 'retire-waiting', [run('if (left <= 0) return;', 'if (left > 0) return;')]],
  ])('is told by its replay: %s', async (_, history, changes) => {
    await expect(replay(history, ...changes)).rejects.toThrow(/TMPRL1100|[Nn]ondeterminism/);
  });

  it.each<[string, SourceChange[]]>([
    ['another text on the page', [run(`progress.state('planning')`, `progress.state('thinking')`)]],
    ['one activity more, behind a patch', [run(search, `    if (patched('asks-twice')) await this.engine.planSteps(target);\n${search}`)]],
  ])('is let pass: %s', async (_, changes) => {
    await expect(replay('upgrade-done', ...changes)).resolves.toBeUndefined();
  });
});
