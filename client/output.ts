import { stripVTControlCharacters } from 'node:util';
import { errorColours } from './colours.js';
import type { Ending } from './exit.js';

/** How a command speaks: lines for people, or one JSON object for programs. Progress never mixes with the JSON. */
export interface Output {
  /** Something for people; with `--output json` it goes to standard error. */
  tell(line: string): void;
  /** The result: text for people, the object for programs. Once a command. */
  result(object: object, text: string): void;
  /** Says why it could not be done; the process will end with the failure's exit code. */
  fail(ending: Ending): void;
}

export function createOutput(json: boolean): Output {
  return {
    tell: (line) => (json ? console.error(line) : console.log(line)),
    result: (object, text) => console.log(json ? JSON.stringify(object) : text),
    fail: (ending) => {
      const { type, message, next } = ending;
      if (json) console.log(JSON.stringify({ error: { ...ending, message: stripVTControlCharacters(message) } }));
      else console.error(`${errorColours.red(type)}: ${message}${next ? `\nNext: ${next}` : ''}`);
      process.exitCode = ending.exit;
    },
  };
}
