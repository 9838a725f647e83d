/**
 * A link to a run in the Temporal UI; without the id of the run, to the newest run of the workflow id.
 * @param uiUrl base of links into the Temporal UI, with the namespace
 */
export const runLink = (uiUrl: string, { workflowId, runId }: { workflowId: string; runId?: string | undefined }): string =>
  `${uiUrl}/workflows/${encodeURIComponent(workflowId)}${runId === undefined ? '' : `/${runId}`}`;
