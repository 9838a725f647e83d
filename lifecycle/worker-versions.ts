/** One version of a deployment of workers, as Temporal calls them: workers of one build. */
export interface WorkerVersion {
  deployment: string;
  buildId: string;
}

/** Temporal gives runs to versioned workers only after somebody has said which version is current; this is how. */
export const howToMakeCurrent = ({ deployment, buildId }: WorkerVersion): string =>
  `temporal worker deployment set-current-version --deployment-name ${deployment} --build-id ${buildId}`;
