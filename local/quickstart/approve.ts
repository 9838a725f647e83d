import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames, type DecideMessage, type ExceptionRequest } from '../../lifecycle/messages.js';
import { localPeople } from '../steward-config.js';
import type { Narrator } from './narrator.js';

/** Shows that who asked may not approve, then approves as somebody else. @throws when the requester's own approval is obeyed */
export async function approveAsSomebodyElse(narrator: Narrator, handle: WorkflowHandle, request: ExceptionRequest): Promise<void> {
  const { developer, approver } = localPeople;
  const decide = (who: string): Promise<string> => {
    const message: DecideMessage = { exception: request.digest, decision: 'approve', approver: who };
    return handle.executeUpdate<string, [DecideMessage]>(messageNames.decideException, { args: [message] });
  };
  const command = (who: string): string => `steward approve ${shortDigest(request.digest)} --as ${who}`;

  narrator.tell(`$ ${command(developer)}   (who asked tries to approve it)`);
  const refusal = await decide(developer).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refusal === undefined) throw new Error(`${developer} could approve what ${developer} asked for`);
  if (!(refusal instanceof WorkflowUpdateFailedError)) throw refusal;
  narrator.proved(`refused: ${refusal.cause instanceof Error ? refusal.cause.message : refusal.message}`);

  narrator.tell(`$ ${command(approver)}   (this program decides as a second identity, because nobody is asked to sit here)`);
  narrator.tell(await decide(approver));
}
