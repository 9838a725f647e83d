/** How much a finding weighs: an `error` stops, a `warning` and an `info` are told. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing that validation, comparison, an executor's check or a policy has to say. Plain data, the same wherever it was found. */
export interface Finding {
  /** Stable name of the rule, e.g. `R59`, `terraform/provisioner`, `policy/retire-needs-approval`. */
  rule: string;
  severity: Severity;
  /** JSON Pointer into the document named by `file` (or the canonical tree when there is no file). */
  pointer: string;
  message: string;
  /** What to do about it. */
  hint?: string;
  /** Path inside the bundle. */
  file?: string;
  /** First line is 1. */
  line?: number;
}

/** True when a finding stops the operation. */
export const isError = (finding: Finding): boolean => finding.severity === 'error';
