import { stripVTControlCharacters } from 'node:util';
import type { BlockContent } from 'mdast';
import { shortDigest } from '../../lifecycle/ids.js';
import type { OperationStatus } from '../../lifecycle/messages.js';
import { secondsOf } from '../../lifecycle/time.js';
import { durationOf } from '../duration.js';
import type { Followed } from '../follow.js';
import { code, heading, link, list, markdownOf, paragraph, strong, table, type Cell, type Inline } from './markdown.js';

/** What became of an operation, step by step, and what is to be done now. Markdown. @param what one line: what was asked for */
export function operationSummary(what: string, { link: url, began, status, ending, text }: Followed): string {
  const outcome = ending ? `not done (${ending.type})` : (status?.state ?? 'under way');
  return markdownOf([
    heading(2, `${what}: ${outcome}`),
    paragraph(link(url, 'the run in the Temporal UI'), `, ${durationOf(began, Date.now())}`),
    ...(ending ? [paragraph(strong(ending.type), `: ${plain(ending.message)}`)] : []),
    ...(ending?.next ? [paragraph(strong('Next'), `: ${ending.next}`)] : []),
    ...(status ? [...steps(status), ...decisions(status), ...remains(status)] : []),
    ...(text === undefined ? [] : [{ type: 'code', value: plain(text) } as const]),
  ]);
}

const plain = stripVTControlCharacters;

const steps = ({ steps: all }: OperationStatus): BlockContent[] =>
  all.length === 0
    ? []
    : table(
        ['step', 'by', 'state', 'since', ''],
        all.map(({ title, executor, state, since, note, pages = [] }): Cell[] => [
          title,
          executor,
          state,
          since ? secondsOf(since) : '',
          [note ?? '', ...pages.flatMap((page) => [' ', link(page.url, page.title)])],
        ]),
      );

const decisions = ({ awaiting }: OperationStatus): BlockContent[] =>
  awaiting.length === 0
    ? []
    : [
        heading(3, 'Waits for a decision'),
        list(
          awaiting.map(({ message, approvers, deadline, digest }): Inline[] => [
            `${message}: by ${approvers.join(' or ')} until ${secondsOf(deadline)}, `,
            code(`steward approve ${shortDigest(digest)}`),
          ]),
        ),
      ];

const remains = ({ remains: all }: OperationStatus): BlockContent[] =>
  all.length === 0
    ? []
    : [
        heading(3, 'What remains'),
        ...table(
          ['step', 'what', 'why', 'what to do'],
          all.map(({ step, address, reason, action }) => [step, code(address), reason, action]),
        ),
      ];
