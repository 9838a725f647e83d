import { stripVTControlCharacters } from 'node:util';

/** Narrower than this nothing can be read; then the terminal breaks the lines. */
const NARROWEST = 30;

/** The width of the terminal of standard output; undefined for a file or a pipe, whose lines are not broken. */
export const terminalWidth = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

/** Breaks a line between words to the width, what follows indented. */
export function wrapped(line: string, indent: number, width: number | undefined): string {
  if (width === undefined || width < NARROWEST || lengthOf(line) <= width) return line;
  const lead = /^ */.exec(line)?.[0] ?? '';
  const lines = [''];
  for (const word of line.trim().split(' ')) {
    const current = lines.at(-1) as string;
    const first = lines.length === 1;
    const room = width - (first ? lead.length : indent);
    if (current !== '' && lengthOf(current) + 1 + lengthOf(word) > room) lines.push(word);
    else lines[lines.length - 1] = current === '' ? word : `${current} ${word}`;
  }
  return lines.map((text, index) => (index === 0 ? lead : ' '.repeat(indent)) + text).join('\n');
}

const lengthOf = (text: string): number => stripVTControlCharacters(text).length;
