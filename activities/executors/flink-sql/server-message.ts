/** What a Flink answer really says: the last `Caused by:` line of its stack trace, without the exception's class. */
export function rootCause(text: string): string {
  const causes = [...text.matchAll(/^\s*Caused by: (.*(?:\n(?!\s+at |\s*Caused by:|\s*\.\.\. |End of exception).*)*)/gm)];
  const last = causes.at(-1)?.[1] ?? firstLine(text);
  return last
    .replace(/^(?:[\w$]+\.)+[\w$]+(?:Exception|Error)?: ?/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 1000);
}

const firstLine = (text: string): string =>
  text.split('\n').find((line) => line.trim() !== '' && !line.includes('<Exception on server side')) ?? '';

/** The first position that a message names, counted from 1 inside the statement that was sent. */
export function positionIn(message: string): { line: number } | undefined {
  const match = /\bline (\d+),? column \d+/i.exec(message);
  return match ? { line: Number(match[1]) } : undefined;
}
