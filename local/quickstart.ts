#!/usr/bin/env node
import { Command, Option } from 'commander';
import { endingOf } from '../client/exit.js';
import { createNarrator } from './quickstart/narrator.js';
import { runQuickstart } from './quickstart/run.js';
import { defaultHome } from './stack/index.js';
import { untilSignal } from './until-signal.js';

/** As shells do for an interrupt. */
const EXIT_INTERRUPTED = 130;

const { compose, home, freePorts, keep } = new Command('quickstart')
  .description('Start everything on this machine and take examples/track-and-trace through its life')
  .addOption(
    new Option(
      '--compose',
      'use the servers and the worker of docker-compose.yml, which run already: ksqlDB runs the SQL instead of Flink',
    ).conflicts(['keep', 'freePorts']),
  )
  .option('--keep', 'leave everything running at the end, until Ctrl-C, and say what to try next')
  .option('--home <folder>', 'the folder of everything the servers keep', defaultHome)
  .option('--free-ports', 'use any free ports instead of the usual ones')
  .parse()
  .opts<{ compose?: boolean; home: string; freePorts?: boolean; keep?: boolean }>();

const request = untilSignal();
const narrator = createNarrator((line) => console.log(line));
// Stopping is as fast as it can be without leaving anything behind: a second signal changes nothing but what is told.
void request.received.then((name) => {
  narrator.tell(`\n${name}: stopping everything that was started`);
  process.on(name, () => narrator.tell('still stopping: what runs is brought to a safe point first'));
});

try {
  await runQuickstart({
    servers: compose ? 'compose' : 'own',
    home,
    ports: freePorts ? 'free' : 'fixed',
    keep: keep ?? false,
    request,
    narrator,
  });
} catch (error) {
  if (request.signal.aborted) process.exitCode = EXIT_INTERRUPTED;
  else {
    const { type, message, exit } = endingOf(error);
    console.error(type === 'Internal' ? message : `${type}: ${message}`);
    process.exitCode = exit;
  }
}
// What the life left in the background when it was interrupted does not keep this process.
process.exit();
