import type { BlockContent } from 'mdast';
import type { ChangeClass } from '../../descriptors/index.js';
import { shortDigest } from '../../lifecycle/ids.js';
import type { Review } from '../review.js';
import { code, heading, list, markdownOf, paragraph, strong, table, type Inline } from './markdown.js';
import type { Reported } from './reported.js';

const verdicts = {
  allowed: 'may be registered',
  'needs-approval': 'may be registered once somebody agrees',
  refused: 'may not be registered as it is',
  invalid: 'is not valid',
} as const;

/** From what stops to what hurts nobody. */
const ORDER: readonly ChangeClass[] = ['reject', 'breaking', 'needs-approval', 'non-breaking'];

/** A review for who reads a pull request: what changes, what breaks, who must approve, what to correct. Markdown. @param path of the descriptor */
export function reviewSummary(review: Review, reported: Reported[], path: string): string {
  const { verdict, product, comparison, policies, approvers } = review;
  const called: Inline = product ? `${product.name} ${product.version}` : code(path);
  const facts: Inline[][] = [
    ...(product ? [[code(product.fqn)]] : []),
    ...(comparison
      ? [[`compared with ${comparison.against}: declared ${comparison.declaredBump}, required ${comparison.requiredBump}`]]
      : product
        ? [[review.note ?? 'no former version to compare with']]
        : []),
    ...(policies ? [[`${policies.count} policies (`, code(shortDigest(policies.digest)), ')']] : []),
  ];
  return markdownOf([
    heading(2, called, ' ', verdicts[verdict]),
    ...(facts.length > 0 ? [list(facts)] : []),
    ...approvals(review, approvers),
    ...changes(comparison?.findings ?? []),
    ...findings(reported.filter(({ of }) => of !== 'change')),
  ]);
}

function approvals({ policies, verdict }: Review, approvers: string[]): BlockContent[] {
  if (verdict !== 'needs-approval') return [];
  const asked = policies?.findings.filter(({ blocking, exception }) => blocking && exception) ?? [];
  const who = approvers.length > 0 ? approvers.flatMap((name, index): Inline[] => [index === 0 ? '' : ', ', strong(name)]) : ['somebody'];
  return [
    heading(3, 'Who must approve'),
    paragraph(...who, ' will be asked when it is registered.'),
    ...(asked.length > 0 ? [list(asked.map(({ message, policy }) => [message, ' (policy ', code(policy), ')']))] : []),
  ];
}

type Change = NonNullable<Review['comparison']>['findings'][number];

function changes(found: Change[]): BlockContent[] {
  if (found.length === 0) return [];
  const sorted = ORDER.flatMap((kind) => found.filter((finding) => finding.class === kind));
  const count = ORDER.flatMap((kind) => {
    const many = found.filter((finding) => finding.class === kind).length;
    return many === 0 ? [] : [`${many} ${kind}`];
  });
  return [
    heading(3, `What changes: ${count.join(', ')}`),
    ...table(
      ['', 'part', 'change', 'before', 'after', 'rule'],
      sorted.map(({ class: kind, part, pointer, message, before, after, rule }) => [
        kind === 'non-breaking' ? kind : strong(kind),
        code(part ?? (pointer || 'product')),
        message,
        before === undefined ? '' : code(before),
        after === undefined ? '' : code(after),
        code(rule),
      ]),
    ),
  ];
}

function findings(found: Reported[]): BlockContent[] {
  if (found.length === 0) return [];
  return [
    heading(3, 'Findings'),
    ...table(
      ['', 'where', 'what', 'what to do', 'rule'],
      found.map(({ level, file, line, pointer, message, hint, rule }) => [
        level === 'error' ? strong(level) : level,
        code(file === undefined ? pointer || '/' : `${file}:${line}`),
        message,
        hint ?? '',
        code(rule),
      ]),
    ),
  ];
}
