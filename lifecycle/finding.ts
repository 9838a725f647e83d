/** Findings are declared on the lowest floor; workflows reach them through here, because they import lifecycle/ only. */
export { isError } from '../descriptors/finding.js';
export type { Finding, Severity } from '../descriptors/finding.js';
