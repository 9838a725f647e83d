import type { Reported } from './reported.js';

/** GitHub shows no more of each level in one step. */
const MOST_OF_A_LEVEL = 10;
const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * Findings as workflow commands of GitHub Actions, which show them at their lines in a pull request:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
 */
export const annotationsOf = (findings: Reported[], { root }: { root: string }): string[] =>
  Object.entries(commands).flatMap(([level, command]) =>
    findings
      .filter((finding) => finding.level === level)
      .slice(0, MOST_OF_A_LEVEL)
      .map(({ rule, message, hint, file = root, line = 1 }) => {
        const text = hint === undefined ? message : `${message}\n${hint}`;
        return `::${command} file=${property(file)},line=${line},title=${property(rule)}::${data(text)}`;
      }),
  );

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
