import type { BlockContent, Heading, List, Paragraph, PhrasingContent, Root, Table } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { oneLine } from '../one-line.js';

/** Longer lists are cut: whoever needs all of them takes the JSON. */
const MOST_ROWS = 100;

/** A part of a line: a text, whatever it holds, or a node. */
export type Inline = string | PhrasingContent;

const inline = (part: Inline): PhrasingContent => (typeof part === 'string' ? { type: 'text', value: oneLine(part) } : part);
export const strong = (text: string): Inline => ({ type: 'strong', children: [inline(text)] });
export const code = (text: string): Inline => ({ type: 'inlineCode', value: oneLine(text) });
export const link = (url: string, text: string): Inline => ({ type: 'link', url, children: [inline(text)] });

export const heading = (depth: 2 | 3, ...parts: Inline[]): Heading => ({ type: 'heading', depth, children: parts.map(inline) });
export const paragraph = (...parts: Inline[]): Paragraph => ({ type: 'paragraph', children: parts.map(inline) });

export const list = (items: Inline[][]): List => ({
  type: 'list',
  spread: false,
  children: items.map((parts) => ({ type: 'listItem', spread: false, children: [paragraph(...parts)] })),
});

/** A cell of a table: one part, or several. */
export type Cell = Inline | Inline[];

/** A table with what it leaves out. */
export function table(head: string[], rows: Cell[][]): (Table | Paragraph)[] {
  const row = (cells: Cell[]): Table['children'][number] => ({
    type: 'tableRow',
    children: cells.map((cell) => ({ type: 'tableCell', children: [cell].flat().map(inline) })),
  });
  const shown: Table = { type: 'table', children: [row(head), ...rows.slice(0, MOST_ROWS).map(row)] };
  return rows.length > MOST_ROWS ? [shown, paragraph(`… and ${rows.length - MOST_ROWS} more`)] : [shown];
}

/** Markdown in which no text is taken for markup. */
export const markdownOf = (children: BlockContent[]): string =>
  toMarkdown({ type: 'root', children } satisfies Root, { extensions: [gfmTableToMarkdown()], bullet: '-' });
