import { ApplicationFailure, defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Page } from '../lifecycle/executor.js';
import type { ExceptionRequest, OperationStatus, StepState } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';
import { startLink } from '../lifecycle/start-form.js';
import type { StartForm } from '../lifecycle/start-form.js';
import { page } from './page.js';

export const statusQuery = defineQuery<OperationStatus>(messageNames.status);

/** Where an operation is: one object that the query `status` answers and that the page in the Temporal UI is drawn from. */
export class Progress {
  readonly status: OperationStatus;

  constructor(operation: OperationStatus['operation'], product: string, version: string, environment?: string) {
    this.status = {
      operation,
      product,
      version,
      environment,
      state: 'reading',
      since: now(),
      steps: [],
      awaiting: [],
      refused: [],
      remains: [],
      notes: [],
    };
    setHandler(statusQuery, () => this.status, { description: 'Where the operation is: steps, what is awaited from whom, what remains' });
    this.draw();
  }

  /** @param uiUrl base of links into the Temporal UI */
  names(product: string, version: string, uiUrl?: string): void {
    Object.assign(this.status, { product, version, ...(uiUrl !== undefined && { uiUrl }) });
    this.draw();
  }

  state(state: string): void {
    Object.assign(this.status, { state, since: now() });
    this.draw();
  }

  steps(steps: { id: string; title: string; executor: string }[]): void {
    this.status.steps = steps.map(({ id, title, executor }) => ({ id, title, executor, state: 'waiting' }));
    this.draw();
  }

  /** @param pages where what it has made can be looked at: kept until it is undone */
  step(id: string, state: StepState, note?: string, pages?: Page[]): void {
    const step = this.status.steps.find((candidate) => candidate.id === id);
    if (step) Object.assign(step, { state, since: now(), note, ...(pages && { pages }), ...(state === 'undoing' && { pages: undefined }) });
    this.draw();
  }

  awaiting(requests: ExceptionRequest[]): void {
    this.status.awaiting = requests;
    this.draw();
  }

  /** Of a request: how far it is decided, and the grant that holds. */
  standing(request: OperationStatus['request'], standing: OperationStatus['standing'], granted: OperationStatus['granted']): void {
    Object.assign(this.status, { request, standing, granted });
    this.draw();
  }

  remains(remains: OperationStatus['remains']): void {
    this.status.remains = remains;
    this.draw();
  }

  refuse(why: string): void {
    this.status.refused = [...this.status.refused.slice(-MOST_REFUSALS + 1), why];
    this.draw();
  }

  note(note: string): void {
    if (!this.status.notes.includes(note)) this.status.notes.push(note);
    this.draw();
  }

  /** It ends well. @param uiUrl base of links into the Temporal UI */
  /** @param isSigned whether who asks for the next has to sign it */
  succeeded(state: string, next: StartForm | undefined, uiUrl: string, isSigned = false): void {
    if (next) this.status.ending = { next: { ...next, link: startLink(uiUrl, next), ...(isSigned && { isSigned }) } };
    this.state(state);
  }

  /** It ends with this failure, which the page tells, too. Returns it, to be thrown. */
  failed<E extends Error>(error: E): E {
    const type = error instanceof ApplicationFailure ? error.type : undefined;
    this.status.ending = { failure: { type: type ?? 'Cancelled', message: error.message } };
    this.draw();
    return error;
  }

  private draw(): void {
    setCurrentDetails(page(this.status));
  }
}

/** More would push the page out of sight; all of them are in the history. */
const MOST_REFUSALS = 20;

const now = (): string => new Date().toISOString();
