import { digestOfJson } from '../../descriptors/digest.js';
import { hex } from '../../lifecycle/ids.js';
import type { Reported } from './reported.js';

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export interface CodeQualityIssue {
  description: string;
  check_name: string;
  /** The same for the same finding, wherever its line has moved. */
  fingerprint: string;
  severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  location: { path: string; lines: { begin: number } };
}

const severities = { error: 'critical', warning: 'minor', note: 'info' } as const;

/** @param root the descriptor, from the root of the repository: for findings without a place */
export function codeQualityOf(findings: Reported[], { root }: { root: string }): CodeQualityIssue[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, level, message, hint, file = root, line = 1, pointer }) => {
    const about = [rule, file, pointer, message];
    const key = about.join('\n');
    // GitLab shows one of those that are the same.
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return {
      description: hint === undefined ? message : `${message}. ${hint}`,
      check_name: rule,
      fingerprint: hex(digestOfJson(nth === 0 ? about : [...about, nth])),
      severity: severities[level],
      location: { path: file, lines: { begin: line } },
    };
  });
}
