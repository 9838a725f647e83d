/** The name of a job says whose it is and what it does: so it is found again whoever started it, and never started twice. */
export const jobName = (fqn: string, environment: string, job: { sink: string; digest: string }): string =>
  `${fqn}/${environment}/${job.sink}@${job.digest}`;

/** The way back: what a job of this product in this environment writes; `undefined` for any other job. */
export function sinkOf(fqn: string, environment: string, name: string): string | undefined {
  const prefix = `${fqn}/${environment}/`;
  const at = name.lastIndexOf('@');
  return name.startsWith(prefix) && at > prefix.length ? name.slice(prefix.length, at) : undefined;
}
