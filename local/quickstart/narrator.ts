import pc from 'picocolors';

/** Tells what happens, step by step, and how long it took; plain lines, fit for a terminal and for a log. */
export interface Narrator {
  /** Begins a step, numbered. */
  step(title: string, why?: string): void;
  /** One line, or several, below the step. */
  tell(text: string): void;
  /** Something that was proved. */
  proved(text: string): void;
  /** Seconds since the program began, one decimal. */
  seconds(): string;
}

export function createNarrator(print: (line: string) => void): Narrator {
  let count = 0;
  return {
    step(title, why) {
      print(`\n${pc.bold(pc.cyan(`${++count}. ${title}`))}`);
      if (why) print(pc.dim(why));
    },
    tell: (text) => print(text.replaceAll(/^(?=.)/gm, '   ')),
    proved: (text) => print(`   ${pc.green('✓')} ${text}`),
    // The clock of the process: loading this program is part of what the newcomer waits for.
    seconds: () => (performance.now() / 1000).toFixed(1),
  };
}
