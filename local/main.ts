#!/usr/bin/env node
import { Command, Option } from 'commander';
import { down, fetchAll, runInForeground, status, up } from './commands.js';
import { untilSignal } from './until-signal.js';
import { defaultHome, serverNames, type ServerName } from './stack/index.js';

type Flags = { home: string; freePorts?: boolean; foreground?: boolean; only?: ServerName[] };

const home = (): Option => new Option('--home <folder>', 'the folder of everything the stack keeps').default(defaultHome);
const program = new Command('local').description('The stack of servers on this machine, without containers');

program
  .command('up')
  .description('start the stack; in the background unless told otherwise')
  .addOption(home())
  .option('--foreground', 'stay, and stop everything on Ctrl-C')
  .option('--free-ports', 'use any free ports instead of the usual ones')
  .addOption(new Option('--only <servers...>', 'with --foreground: only these servers').choices(serverNames))
  .action(async (flags: Flags) => {
    const ports = flags.freePorts ? 'free' : 'fixed';
    if (flags.foreground)
      return runInForeground({ home: flags.home, ports, log: console.log, ...(flags.only ? { only: flags.only } : {}) });
    const { addresses } = await up({ home: flags.home, freePorts: flags.freePorts ?? false, signal: untilSignal().signal });
    console.log(JSON.stringify(addresses, undefined, 2));
  });

program
  .command('down')
  .description('stop the stack')
  .addOption(home())
  .action(async (flags: Flags) => {
    console.log((await down(flags)) ? 'the stack is stopped' : 'no stack was running');
  });

program
  .command('status')
  .description('show what runs, with its memory')
  .addOption(home())
  .action(async (flags: Flags) => {
    const running = await status(flags);
    if (!running) return console.log('no stack is running');
    for (const { name, pid, rssMb, alive } of running.processes)
      console.log(`${name.padEnd(16)} ${alive ? `process ${pid}, ${rssMb} MB` : 'ended'}`);
    console.log(JSON.stringify(running.addresses, undefined, 2));
  });

program
  .command('fetch')
  .description('fetch every pinned part now')
  .action(() => fetchAll({ signal: untilSignal().signal }));

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
