import type { WorkflowExecutionInfo } from '@temporalio/client';
import { attributes } from './attributes.js';
import type { Connected } from './connect.js';
import { linkTo } from './start.js';

/** A run as lists show it. What a run has not got as far as to say is left out. */
export interface RunSummary {
  workflowId: string;
  runId: string;
  /** RUNNING, COMPLETED, FAILED, CANCELLED, TERMINATED, ... */
  status: string;
  started: string;
  closed?: string;
  operation?: string;
  product?: string;
  environment?: string;
  state?: string;
  requestedBy?: string;
  awaitingApproval: boolean;
  link: string;
}

export function summaryOf(connected: Pick<Connected, 'uiUrl'>, run: Omit<WorkflowExecutionInfo, 'raw'>): RunSummary {
  const get = (key: (typeof attributes)[Exclude<keyof typeof attributes, 'awaitingApproval'>]) => run.typedSearchAttributes.get(key);
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    status: run.status.name,
    started: run.startTime.toISOString(),
    closed: run.closeTime?.toISOString(),
    operation: get(attributes.operation),
    product: get(attributes.product),
    environment: get(attributes.environment),
    state: get(attributes.state),
    requestedBy: get(attributes.requestedBy),
    awaitingApproval: run.status.name === 'RUNNING' && run.typedSearchAttributes.get(attributes.awaitingApproval) === true,
    link: linkTo(connected, run),
  };
}

/** In one word or two: what a run does or how it has ended. */
export const stateOf = ({ status, state, awaitingApproval }: RunSummary): string => {
  if (awaitingApproval) return 'awaits approval';
  if (status === 'RUNNING' || status === 'COMPLETED') return state ?? status.toLowerCase();
  return status.toLowerCase();
};
