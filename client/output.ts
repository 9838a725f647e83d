import type { Ending } from './exit.js';

/** How a command speaks: lines for people, or one JSON object for programs. Progress never mixes with the JSON. */
export interface Output {
  /** Something for people; silent with `--output json`, where it goes to standard error. */
  tell(line: string): void;
  /** The result: text for people, the object for programs. */
  result(object: object, text: string): void;
  /** Ends the process with the failure's exit code. */
  fail(ending: Ending): void;
}

export function createOutput(json: boolean): Output {
  return {
    tell: (line) => (json ? console.error(line) : console.log(line)),
    result: (object, text) => console.log(json ? JSON.stringify(object) : text),
    fail: (ending) => {
      if (json) console.log(JSON.stringify({ error: ending }));
      else console.error(`${ending.type}: ${ending.message}`);
      process.exitCode = ending.exit;
    },
  };
}
