import { NEEDS_OPERATOR_QUERY } from '../lifecycle/search-attributes.js';

/** Lists of runs that people look at again and again; the Temporal UI keeps them as saved views. */
export interface View {
  name: string;
  /** As the Temporal UI and `temporal workflow list --query` take it. */
  query: string;
  link: string;
}

/** @param uiUrl base of links into the Temporal UI, with the namespace */
export const views = (uiUrl: string, now = new Date()): View[] =>
  Object.entries(queries(now)).map(([name, query]) => ({ name, query, link: `${uiUrl}/workflows?query=${encodeURIComponent(query)}` }));

const queries = (now: Date): { [name: string]: string } => ({
  'waits for a decision': "WorkflowType='policyException' AND AwaitingApproval=true AND ExecutionStatus='Running'",
  // One for each group: whoever saves it puts in which.
  'waits for a group': "Approvers='GROUP' AND WorkflowType='policyException' AND AwaitingApproval=true AND ExecutionStatus='Running'",
  'needs an operator': NEEDS_OPERATOR_QUERY,
  'failed today': `ExecutionStatus='Failed' AND CloseTime > '${now.toISOString().slice(0, 10)}T00:00:00Z'`,
  'under way': "Operation IS NOT NULL AND WorkflowType != 'policyException' AND ExecutionStatus='Running'",
});
