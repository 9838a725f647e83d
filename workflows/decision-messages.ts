import { defineSignal, defineUpdate } from '@temporalio/workflow';
import { hex } from '../lifecycle/ids.js';
import { messageNames } from '../lifecycle/messages.js';
import type {
  DecideMessage,
  DecisionAnswer,
  DecisionMessage,
  DelegateMessage,
  ExceptionRequest,
  RenewMessage,
  WithdrawMessage,
} from '../lifecycle/messages.js';

/** What people, operations and requests say to each other about exceptions. */

export const approveSignal = defineSignal<[DecisionMessage]>(messageNames.approveException);
export const rejectSignal = defineSignal<[DecisionMessage]>(messageNames.rejectException);
export const delegateSignal = defineSignal<[DelegateMessage]>(messageNames.delegateException);
export const renewSignal = defineSignal<[RenewMessage]>(messageNames.renewException);
export const decideUpdate = defineUpdate<string, [DecideMessage]>(messageNames.decideException);
export const withdrawSignal = defineSignal<[WithdrawMessage]>(messageNames.withdrawRequest);
/** Another operation wants to hear the answer; what it would ask itself, for when nothing is asked any more. */
export const awaitSignal = defineSignal<[string, ExceptionRequest?]>(messageNames.awaitDecision);
export const answerSignal = defineSignal<[DecisionAnswer]>(messageNames.decisionAnswered);

export const decisionDescription =
  'Decide a request for an exception: {"exception": "<first 12 digits>", "approver": "you", "comment": "why"}';

/** True when `id` names the exception: the whole digest, or at least its first 12 digits. */
export const names = (id: unknown, request: Pick<ExceptionRequest, 'digest'>): boolean =>
  typeof id === 'string' && id.length >= 12 && (id === request.digest || hex(request.digest).startsWith(id));
