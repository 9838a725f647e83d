import { mayShow } from '../descriptors/validate/secret-text.js';
import { colours } from './colours.js';

/** Lines shown before and after the one meant. */
const AROUND = 1;
/** Longer lines are cut: they are generated, and fill the terminal. */
const WIDEST = 160;
/** A narrow terminal would break lines in the middle of the frame. */
const NARROWEST = 20;
/** The mark, the number and the bar before a line. */
const MARGIN = 8;

/** The line of a text with its neighbours and their numbers; what may hold a secret is not shown. Empty when there is no such line. */
export function codeFrame(text: string, line: number): string {
  const lines = text.split(/\r?\n/);
  if (line < 1 || line > lines.length) return '';
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const width = String(last).length;
  const widest = Math.min(WIDEST, Math.max(NARROWEST, (process.stdout.columns || WIDEST) - MARGIN));
  return lines
    .slice(first - 1, last)
    .map((content, index) => {
      const number = first + index;
      const shown = mayShow(lines, number - 1) ? cut(printable(content), widest - width) : '(not shown: it may hold a secret)';
      const row = `${String(number).padStart(width)} | ${shown}`.trimEnd();
      return number === line ? `  > ${row}` : colours.dim(`    ${row}`);
    })
    .join('\n');
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Control characters would move the terminal's cursor. */
// eslint-disable-next-line no-control-regex
const printable = (text: string): string => text.replaceAll('\t', '  ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
