import type { Finding } from '../lifecycle/finding.js';
import { colours } from './colours.js';
import { oneLine } from './one-line.js';

const colour = { error: colours.red, warning: colours.yellow, info: colours.dim } as const;

/**
 * Findings for people, a few lines each: place, weight, message, rule; then what to do.
 * @param frameOf the lines around a place, to be shown below
 */
export const findingLines = (findings: Finding[], frameOf: (finding: Finding) => string = () => ''): string =>
  findings
    .map((finding) => {
      const { severity, rule, file, line, pointer, message, hint } = finding;
      const place = file ? `${file}:${line ?? 1}` : pointer || '/';
      const first = `${oneLine(place)} ${colour[severity](severity)} ${oneLine(message)} ${colours.dim(`[${rule}]`)}`;
      return [first, hint ? `    ${oneLine(hint)}` : '', frameOf(finding)].filter((part) => part !== '').join('\n');
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
