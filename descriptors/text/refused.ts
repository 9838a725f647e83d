/** Why a text is not read. Becomes one finding at this line; the message repeats nothing of the text, which may hold a secret. */
export class Refused extends Error {
  constructor(
    readonly rule: string,
    message: string,
    readonly line: number,
    readonly pointer = '',
    readonly hint?: string,
  ) {
    super(message);
  }
}
