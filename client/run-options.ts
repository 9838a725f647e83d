import type { Command } from 'commander';
import { timeToWait } from './time.js';

/** Adds the options of every command that starts one run and follows it. */
export const withRun = (self: Command): Command =>
  withFollowing(
    self
      .option('--wait', 'wait for what is under way, instead of refusing')
      .option('--attach', 'follow the very same request where it is under way, instead of refusing: for a job that is run again')
      .option('--print', 'print what to start it with in the Temporal UI instead of starting it'),
  );

/** Adds the options of every command that follows runs. */
export const withFollowing = (self: Command): Command =>
  self
    .option('--timeout <duration>', 'follow for so long at most, e.g. 30m; the operation goes on (exit code 124)', timeToWait)
    .option('--cancel-on-interrupt', 'cancel on Ctrl-C and at --timeout, instead of detaching')
    .option('--summary <file>', 'add what became of it to this file, as Markdown');
