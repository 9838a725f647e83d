import { Command, Option } from 'commander';
import type { Connected } from './connect.js';
import { createOutput } from './output.js';
import type { Output } from './output.js';

/** A command of the command line with what all have in common: `--output json`, and failures as messages with exit codes. */
export function command<A extends unknown[]>(
  usage: string,
  description: string,
  options: (command: Command) => Command,
  action: (output: Output, ...args: A) => Promise<void>,
): Command {
  const [name, ...rest] = usage.split(' ');
  return options(new Command(name).usage([...rest, '[options]'].join(' ')).description(description))
    .addOption(new Option('--output <format>', 'text for people, json for programs').choices(['text', 'json']).default('text'))
    .showHelpAfterError(`Usage: steward ${usage} [options]; more with: steward help ${name}`)
    .action(async (...args: unknown[]) => {
      const self = args.at(-1) as Command;
      const output = createOutput(self.opts<{ output: string }>().output === 'json');
      try {
        await action(output, ...(args.slice(0, -1) as A));
      } catch (error) {
        // What knows Temporal's failures, and Temporal itself, is loaded when it is needed: judging a descriptor takes neither.
        const { endingOf } = await import('./exit.js');
        output.fail(endingOf(error));
      }
    });
}

/** Connects for as long as the work takes. */
export async function connected<T>(work: (connected: Connected) => Promise<T>): Promise<T> {
  const { connect } = await import('./connect.js');
  const connection = await connect();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
