import { ENGINE_QUEUE, operationWorkflowId, workflowTypeOf } from './ids.js';
import type { OperationKind } from './ids.js';

/** What a person fills into the page Start Workflow of the Temporal UI. */
export interface StartForm {
  workflowType: string;
  workflowId: string;
  taskQueue: string;
  input: object;
}

/** The form of an operation on a product in an environment. */
export const startForm = (operation: Exclude<OperationKind, 'register'>, line: string, environment: string, input: object): StartForm => ({
  workflowType: workflowTypeOf(operation),
  workflowId: operationWorkflowId(operation, environment, line),
  taskQueue: ENGINE_QUEUE,
  input,
});

/**
 * A link to that page with all of it filled in but the input, which the page takes from no link: it fills in that of the newest run of the
 * same id and type (seen in Temporal UI 2.54).
 * @param uiUrl base of links into the Temporal UI, with the namespace
 */
export function startLink(uiUrl: string, { workflowType, workflowId, taskQueue }: Omit<StartForm, 'input'>): string {
  const fields = { taskQueue, workflowType, workflowId };
  const query = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${uiUrl}/workflows/start-workflow?${query.join('&')}`;
}

/** What stands in a form for what only a person knows. */
const ASKED = { environment: 'ENVIRONMENT', requestedBy: 'YOU' } as const;

const given = (asked: object): object => Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));

/**
 * What usually follows an operation that ended well, ready to be started; undefined where nothing does. @param state that it ended with
 * @param asked what a plan was asked with: the same is asked of the operation
 */
export function nextStart(
  operation: OperationKind,
  state: string,
  { line, version, environment = ASKED.environment }: { line: string; version: string; environment?: string },
  asked: { reason?: string; ticket?: string; sunset?: string } = {},
): StartForm | undefined {
  const { requestedBy } = ASKED;
  switch (state) {
    case 'registered':
    case 'alreadyRegistered':
      return startForm('deploy', line, environment, { product: line, version, environment, requestedBy });
    case 'planned':
      return operation === 'register'
        ? undefined
        : startForm(operation, line, environment, { product: line, version, environment, requestedBy, ...given(asked) });
    case 'deployed':
    case 'upgraded':
      return startForm('inspect', line, environment, { product: line, environment });
    default:
      return undefined;
  }
}
