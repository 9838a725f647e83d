import { Command } from 'commander';
import { connect } from './connect.js';
import type { Connected } from './connect.js';
import { endingOf } from './exit.js';
import { createOutput } from './output.js';
import type { Output } from './output.js';

/** A command of the command line with what all have in common: `--output json`, and failures as messages with exit codes. */
export function command<A extends unknown[]>(
  usage: string,
  description: string,
  options: (command: Command) => Command,
  action: (output: Output, ...args: A) => Promise<void>,
): Command {
  return options(new Command(usage.split(' ')[0]).usage(usage.split(' ').slice(1).join(' ')).description(description))
    .option('--output <format>', 'text, or json for programs', 'text')
    .action(async (...args: unknown[]) => {
      const self = args.at(-1) as Command;
      const output = createOutput(self.opts<{ output: string }>().output === 'json');
      try {
        await action(output, ...(args.slice(0, -1) as A));
      } catch (error) {
        output.fail(endingOf(error));
      }
    });
}

/** Connects for as long as the work takes. */
export async function connected<T>(work: (connected: Connected) => Promise<T>): Promise<T> {
  const connection = await connect();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
