/** What a Flink answer really says: the last `Caused by:` line of its stack trace, without the exception's class. */
export function rootCause(text: string): string {
  const causes = [...text.matchAll(/^\s*Caused by: (.*(?:\n(?!\s+at |\s*Caused by:|\s*\.\.\. |End of exception).*)*)/gm)];
  const last = causes.at(-1)?.[1] ?? firstLine(text);
  return (
    last
      .replace(/^(?:[\w$]+\.)+[\w$]+(?:Exception|Error)?: ?/, '')
      // The parser lists every token that it would have taken: long, and seldom the one that was meant.
      .replace(/\s*Was expecting(?: one of)?:[\s\S]*$/, '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 1000)
  );
}

const firstLine = (text: string): string =>
  text.split('\n').find((line) => line.trim() !== '' && !line.includes('<Exception on server side')) ?? '';

/** The line that a refusal names, counted from 1 inside the statement that was sent. The innermost cause often has lost it. */
export function lineIn(text: string): number | undefined {
  const match = /\bline (\d+), column \d+/i.exec(text);
  return match ? Number(match[1]) : undefined;
}
