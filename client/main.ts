#!/usr/bin/env node
import { Command } from 'commander';
import { bootstrap } from './commands/bootstrap.js';
import { approvals, approve, reject } from './commands/decide.js';
import { diff } from './commands/diff.js';
import { local } from './commands/local.js';
import { deploy, plan, retire, upgrade } from './commands/operate.js';
import { recover } from './commands/recover.js';
import { register } from './commands/register.js';
import { resolve } from './commands/resolve.js';
import { status } from './commands/status.js';
import { validate } from './commands/validate.js';
import { withdraw } from './commands/withdraw.js';
import { worker } from './commands/worker.js';

/** The command line: a table of contents of client/commands/. */
const program = new Command('steward')
  .description('The lifecycle of streaming data products: register, deploy, upgrade, retire')
  .showHelpAfterError('The commands: steward help')
  .showSuggestionAfterError();

for (const each of [
  validate,
  diff,
  register,
  plan,
  deploy,
  upgrade,
  retire,
  approvals,
  approve,
  reject,
  withdraw,
  status,
  recover,
  resolve,
  bootstrap,
  worker,
  local,
]) {
  program.addCommand(each);
}

await program.parseAsync();
