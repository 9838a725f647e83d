import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { VerifiedDecision } from '../lifecycle/engine.js';
import type { ExceptionRequest } from '../lifecycle/messages.js';
import { engine } from './activities.js';
import type { Letter } from './exception-inbox.js';
import type { Round } from './exception-round.js';
import { causeOf } from './failure.js';

/** A message whose sender is known. */
export type Established = Exclude<VerifiedDecision, { refused: string }>;

/** Who has sent these; what cannot be verified now is refused, so that a system that is down keeps nobody else. */
export async function verified(round: Round | undefined, request: ExceptionRequest, letters: Letter[]): Promise<VerifiedDecision[]> {
  try {
    return await engine().verifyDecisions({
      exception: round?.request ?? request,
      sent: letters.map(({ sent }) => sent),
      delegations: round?.delegations ?? [],
      workflowId: workflowInfo().workflowId,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return letters.map(() => ({ refused: `it could not be verified (${causeOf(error).message}); send it again` }));
  }
}
