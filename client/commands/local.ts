import { command } from '../command.js';
import { runProgram } from './program.js';

/** `steward local up|down|status|fetch`: the stack of one machine. */
export const local = command(
  'local <action>',
  'The stack for one machine: up, down, status, fetch',
  (self) =>
    self
      .argument('<action>', 'up, down, status or fetch')
      .option('--home <folder>', 'where the stack keeps its data')
      .option('--free-ports', 'with up: use any free ports instead of the usual ones'),
  (_output, action: string, { home, freePorts }: { home?: string; freePorts?: boolean }) =>
    runProgram('local/main.js', { args: [action, ...(home ? ['--home', home] : []), ...(freePorts ? ['--free-ports'] : [])] }),
);
