import { execa } from 'execa';
import { stat } from 'node:fs/promises';
import { dirname, posix, relative, sep } from 'node:path';
import type { Review } from '../review.js';

/** A finding as tools of CI take it: whatever it is of, a rule, how much it weighs, and where. */
export interface Reported {
  of: 'descriptor' | 'change' | 'policy';
  rule: string;
  level: 'error' | 'warning' | 'note';
  message: string;
  /** What to do about it. */
  hint?: string;
  /** From the root of the repository. */
  file?: string;
  /** First line is 1. */
  line?: number;
  /** Where in the descriptor: does not move with its lines. */
  pointer: string;
}

/**
 * What of a review people have to look at, the worst first: findings of the rules, differences that hurt somebody, findings of policies.
 * @param folder of the descriptor, from the root of the repository
 */
export function reportedOf(review: Review, folder: string): Reported[] {
  const levels = { error: 'error', warning: 'warning', info: 'note' } as const;
  const changes = { reject: 'error', breaking: 'warning', 'needs-approval': 'warning' } as const;
  const all = [
    ...review.findings.map((finding) => ({ ...finding, of: 'descriptor' as const, level: levels[finding.severity] })),
    ...(review.comparison?.findings ?? []).flatMap((finding) =>
      finding.class === 'non-breaking' ? [] : [{ ...finding, of: 'change' as const, level: changes[finding.class] }],
    ),
    ...(review.policies?.findings ?? []).map((finding) => {
      const level = !finding.blocking ? levels[finding.severity] : finding.exception === undefined ? 'error' : 'warning';
      return { ...finding, of: 'policy', level } as const;
    }),
  ];
  const weight = { error: 0, warning: 1, note: 2 };
  return all
    .map(({ of, rule, level, message, pointer = '', ...rest }): Reported => {
      const { hint, file, line } = rest as Pick<Reported, 'hint' | 'file' | 'line'>;
      const placed = file === undefined ? {} : { file: posix.join(folder, file), line: line ?? 1 };
      return { of, rule, level, message, pointer, ...(hint !== undefined && { hint }), ...placed };
    })
    .sort((a, b) => weight[a.level] - weight[b.level]);
}

/** The folder of a descriptor from the root of its repository, as tools of CI name files; outside of any, from the current folder. */
export async function folderInRepository(path: string): Promise<string> {
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  const { stdout, failed } = await execa('git', ['rev-parse', '--show-prefix'], { cwd: folder, reject: false });
  const found = failed ? relative(process.cwd(), folder).split(sep).join('/') : stdout;
  return posix.normalize(found === '' ? '.' : found);
}
