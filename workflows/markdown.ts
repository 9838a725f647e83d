/** What pages of the Temporal UI are written in: Markdown with tables, no HTML. Pure. */

/**
 * Somebody's text inside of a line: a name or a reason becomes no link and no picture, whatever is written in it. JSON in it is set as code,
 * because the page makes curly quotes of those of plain text, and JSON with these is none.
 */
export const text = (value: string): string =>
  value
    .split(/(\{"[^`]*?"\})/)
    .map((part, at) => (at % 2 === 1 ? `\`${part}\`` : part.replaceAll(/[\\[\]<`]/g, '\\$&')))
    .join('');

/** The same of one line, inside of a table or not: a bar or a line break in a cell would tear it. */
export const cell = (value: string): string =>
  text(value)
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');

/** A message whose lines are to stay lines: the first, and the others as a list. */
export function lines(value: string): string {
  const [first = '', ...more] = value.split(/\s*\n\s*/).filter((line) => line !== '');
  return more.length === 0 ? text(first) : [text(first), '', ...more.map((line) => `- ${text(line)}`)].join('\n');
}

/** A heading and a list below it; nothing without entries. */
export const list = (heading: string, entries: string[]): string =>
  entries.length === 0 ? '' : [`**${heading}**`, '', ...entries.map((entry) => `- ${cell(entry)}`)].join('\n');

/** @param rows somebody's texts, or what is Markdown already */
export const table = (heads: string[], rows: (string | { markdown: string })[][]): string[] => [
  `| ${heads.join(' | ')} |`,
  `|${'---|'.repeat(heads.length)}`,
  ...rows.map((row) => `| ${row.map((each) => (typeof each === 'string' ? cell(each) : each.markdown)).join(' | ')} |`),
];

/** A link to a page of the web; what is no such address stays text. */
export const link = (title: string, url: string): string =>
  /^https?:\/\/[^\s()<>]+$/.test(url) ? `[${cell(title)}](${url})` : cell(title);

/** To be pasted. One field a line: the page cuts off what is long. */
export const json = (message: object): string[] => ['```json', JSON.stringify(message, undefined, 2), '```'];
