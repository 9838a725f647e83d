import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Holder, Target, Unfinished } from '../lifecycle/engine.js';
import { engine, recording } from './activities.js';
import { undoAll } from './compensation.js';
import type { Resolver } from './compensation.js';
import { Held } from './held.js';
import type { Progress } from './progress.js';

/** Finishes it: forward when it had begun to delete, else back. Nothing cancels it: the world would stay dirty. */
export async function recover(
  { record, plan, outputs, owns }: Unfinished,
  { target, holder, progress, operator }: { target: Target; holder: Holder; progress: Progress; operator: Resolver },
): Promise<void> {
  const { settings } = target;
  const { line, environment } = plan;
  const { requestedBy, take } = record;
  await CancellationScope.nonCancellable(async () => {
    progress.state(`recovering what ${record.workflowId} left`);
    progress.steps(plan.steps);
    const { fence, before, outputs: noted } = await engine(settings).takeOver({ line, environment, holder, record });
    await sleep(settings.takeoverWaitMs, { summary: 'effects of the former holder stop by its fence' });
    const held = new Held({
      plan,
      fence,
      take,
      outputs: { ...outputs, ...noted },
      former: outputs,
      settings,
      progress,
      operator,
      before,
      owns,
    }).assumeAllStarted();
    const at = (): string => new Date().toISOString();
    if (record.phase === 'finalising') {
      await held.finalise();
      const { left } = held;
      await recording.recordResult({ plan, fence, outputs: held.outputs, findings: [], holder, requestedBy, at: at(), left });
    } else {
      const left = await undoAll(held.undo, operator);
      const cause = { type: 'Superseded', message: `recovered by ${holder.workflowId}` };
      await recording.releaseRecord({ plan, fence, holder, requestedBy, cause, left, at: at() });
    }
  });
  progress.note(`first recovered what ${record.workflowId} had left`);
}
