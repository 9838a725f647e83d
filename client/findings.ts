import pc from 'picocolors';
import type { Finding } from '../lifecycle/finding.js';

const colour = { error: pc.red, warning: pc.yellow, info: pc.dim } as const;

/** Findings for people, one or two lines each: place, weight, message, rule; then what to do. */
export const findingLines = (findings: Finding[]): string =>
  findings
    .map(({ severity, rule, file, line, pointer, message, hint }) => {
      const place = file ? `${file}:${line ?? 1}` : pointer || '/';
      return `${place} ${colour[severity](severity)} ${message} ${pc.dim(`[${rule}]`)}${hint ? `\n    ${hint}` : ''}`;
    })
    .join('\n');
