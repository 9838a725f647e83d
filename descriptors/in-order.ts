import type { Finding } from './finding.js';

const weight = { error: 0, warning: 1, info: 2 } as const;

/** More than anybody reads at once; keeps what hostile input can make small enough to be sent and stored. */
const MOST_FINDINGS = 500;

/** Each once (a part may be referred to from several places), errors first, then by file and line; of very many the first. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const [counted, given] = [findings.filter(isCount), findings.filter((finding) => !isCount(finding))];
  const once = new Map(given.map((finding) => [[finding.rule, finding.file, finding.pointer, finding.message].join('\n'), finding]));
  const all = [...once.values()].sort(
    (one, two) =>
      weight[one.severity] - weight[two.severity] ||
      compare(one.file ?? '', two.file ?? '') ||
      (one.line ?? 0) - (two.line ?? 0) ||
      compare(one.rule, two.rule) ||
      compare(one.pointer, two.pointer),
  );
  const more = Math.max(0, all.length - MOST_FINDINGS) + counted.reduce((sum, { message }) => sum + Number(COUNT.exec(message)?.[1]), 0);
  if (more === 0) return all;
  return [...all.slice(0, MOST_FINDINGS), { rule: 'R107', severity: 'info', pointer: '', message: `and ${more} findings more` }];
}

/** What stands for findings that were left out before others came to them. */
const COUNT = /^and (\d+) findings more$/;
const isCount = ({ rule, file, message }: Finding): boolean => rule === 'R107' && file === undefined && COUNT.test(message);

const compare = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);
