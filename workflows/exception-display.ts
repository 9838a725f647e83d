import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import { standingOf } from './exception-round.js';
import type { Round } from './exception-round.js';
import type { Progress } from './progress.js';
import { label } from './search-attributes.js';

interface Shown {
  request: ExceptionRequest;
  round?: Round;
  grant?: ExceptionOutcome;
  outcome?: ExceptionOutcome;
}

/** Where a request is, on its page and in lists of runs. */
export class Display {
  private labelled = '';

  constructor(private readonly progress: Progress) {}

  show({ request, round, grant, outcome }: Shown): void {
    const { progress } = this;
    progress.awaiting(round ? [round.request] : []);
    progress.standing(request, round && standingOf(round), grant);
    const ended = outcome?.decision ?? 'over';
    progress.state(round ? 'waiting for a decision' : grant ? `granted until ${grant.expiresAt}` : ended);
    this.label(request, round ? 'waiting' : grant ? 'granted' : ended, round?.request.deadline ?? null);
  }

  /** Each is an event: only what has changed. */
  private label(request: ExceptionRequest, state: string, approvalDue: string | null): void {
    const { line: product, environment, requestedBy, stages = [], escalation } = request;
    const approvers = [...new Set([...request.approvers, ...stages.flatMap(({ roles }) => roles), ...(escalation?.groups ?? [])])];
    const labels = { product, environment, operation: 'exception', requestedBy, approvalDue, state };
    if (JSON.stringify(labels) === this.labelled) return;
    this.labelled = JSON.stringify(labels);
    label({ ...labels, approvers });
  }
}
