/**
 * A text on one line, without control characters: what a descriptor holds must not move a terminal's cursor, and at the start of a line a
 * pipeline's runner may take it for a command.
 */
// eslint-disable-next-line no-control-regex
export const oneLine = (text: string): string => text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ');
