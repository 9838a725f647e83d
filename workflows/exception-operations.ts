import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { Digest } from '../lifecycle/digest.js';
import type { DecisionAnswer } from '../lifecycle/messages.js';
import { answerSignal } from './decision-messages.js';
import type { Letter } from './exception-inbox.js';
import type { Progress } from './progress.js';

/** They hear of so many refusals; the request's own page shows the last ones, and its history all. */
const MOST_TOLD = 50;

/** The operations that wait for a request. */
export class Operations {
  readonly waiting: Set<string>;

  constructor(
    private readonly progress: Progress,
    waiting: string[],
    public told = 0,
  ) {
    this.waiting = new Set(waiting);
  }

  tell(answer: DecisionAnswer): Promise<void> {
    return answerTo([...this.waiting], answer);
  }

  /** The answer that they have waited for: nobody waits any more. */
  async release(answer: DecisionAnswer): Promise<void> {
    const waiting = [...this.waiting];
    this.waiting.clear();
    await answerTo(waiting, answer);
  }

  /** What was not obeyed is told on the page of the request, and to the operations as far as people will read it. */
  async explain(digest: Digest, letters: Letter[]): Promise<void> {
    for (const { sent, refused } of letters) {
      const why = `${sent.kind} of ${sent.by || 'nobody'}: ${refused}`;
      this.progress.refuse(why);
      if (this.told++ < MOST_TOLD || sent.via) await this.tell({ digest, approver: sent.by, refused: why, via: sent.via });
    }
  }
}

/** An operation that has ended meanwhile needs no answer. */
export async function answerTo(workflowIds: string[], answer: DecisionAnswer): Promise<void> {
  for (const workflowId of workflowIds) {
    await getExternalWorkflowHandle(workflowId)
      .signal(answerSignal, answer)
      .catch(() => undefined);
  }
}
