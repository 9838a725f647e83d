import type { Finding } from '../lifecycle/finding.js';
import { colours } from './colours.js';

const colour = { error: colours.red, warning: colours.yellow, info: colours.dim } as const;

/** Findings for people, one or two lines each: place, weight, message, rule; then what to do. */
export const findingLines = (findings: Finding[]): string =>
  findings
    .map(({ severity, rule, file, line, pointer, message, hint }) => {
      const place = file ? `${file}:${line ?? 1}` : pointer || '/';
      return `${place} ${colour[severity](severity)} ${message} ${colours.dim(`[${rule}]`)}${hint ? `\n    ${hint}` : ''}`;
    })
    .join('\n');

/** "1 error, 2 warnings", or nothing. */
export function countOf(findings: Finding[]): string {
  const count = (severity: Finding['severity']): string[] => {
    const found = findings.filter((finding) => finding.severity === severity).length;
    return found === 0 ? [] : [`${found} ${severity}${found === 1 ? '' : 's'}`];
  };
  return [...count('error'), ...count('warning')].join(', ');
}
