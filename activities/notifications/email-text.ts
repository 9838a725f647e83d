import type { NotificationType } from '../../lifecycle/notifications.js';
import type { CloudEvent, ExceptionData } from './cloud-event.js';
import { typeOfEvent } from './cloud-event.js';

/** Longer subjects are cut off by mail programs anyway. */
const LONGEST_SUBJECT = 150;

const headings: { [type in NotificationType]: string } = {
  requested: 'An exception is asked for',
  reminder: 'An exception still waits for a decision',
  escalated: 'An exception waits for a decision, and you may decide, too',
  decided: 'An exception was decided on',
  expiring: 'An exception ends soon',
  renewed: 'An exception was renewed',
  expired: 'An exception has ended',
};

/** One line, whatever the data holds: a line break here would begin a header of somebody else's making. */
export function subjectOf({ type, data }: CloudEvent): string {
  const heading = headings[typeOfEvent(type)];
  const subject = oneLine(`${heading}: ${nameOf(data.line)} in ${data.environment}: ${data.message}`);
  return subject.length <= LONGEST_SUBJECT ? subject : `${subject.slice(0, LONGEST_SUBJECT - 1)}…`;
}

/** The message in plain text. Every value is one line, so that none looks like a part of the message that Steward wrote. */
export function textOf({ type, data }: CloudEvent): string {
  const parts = [
    [`${headings[typeOfEvent(type)]}.`, oneLine(data.message)],
    facts(data),
    data.evidence.map((line) => `- ${oneLine(line)}`),
    data.command === undefined
      ? []
      : ['To approve (or reject), with your name and the reason:', `  ${data.command} --as YOU --comment WHY`],
    [`In the Temporal UI: ${data.link}`],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

const facts = (data: ExceptionData): string[] =>
  [
    ['Product', data.line],
    ['Environment', data.environment],
    ['Rule', data.rule],
    ['Exception', data.exception],
    ['Asked for by', data.requestedBy],
    ['Reason', data.reason],
    ['Ticket', data.ticket],
    ['May decide', data.to.join(', ') || undefined],
    ['Decide until', data.deadline],
    ['Would end', data.expiresAt],
    ['Decision', data.decision],
    ['By', data.by],
    ['Comment', data.comment],
  ].flatMap(([label, value]) => (value === undefined ? [] : [`${`${label}:`.padEnd(14)} ${oneLine(value)}`]));

const nameOf = (line: string): string => line.split(':').at(-1) ?? line;

/** Control characters and separators of lines become spaces. */
// eslint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
