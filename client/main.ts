#!/usr/bin/env node
import { Command } from 'commander';
import { commands } from './commands/index.js';
import { versionOfSteward } from './version.js';

const program = new Command('steward')
  .description('The lifecycle of streaming data products: register, deploy, upgrade, retire')
  .version(versionOfSteward())
  .showHelpAfterError('The commands: steward help')
  .showSuggestionAfterError();

// Only the command that is called is loaded: an editor that validates on every key does not wait for Temporal, S3 and the others.
const called = process.argv.slice(2).filter((argument) => argument !== 'help' && !argument.startsWith('-'))[0];
for (const { usage, description, load } of commands) {
  const [name, ...rest] = usage.split(' ');
  const listed = (): Command => new Command(name).arguments(rest.join(' ')).option('--output <format>').description(description);
  program.addCommand(name === called ? await load() : listed());
}

await program.parseAsync();
