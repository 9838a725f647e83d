import { posix } from 'node:path';
import type { Finding } from '../../../descriptors/finding.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { Task } from '../../../lifecycle/task.js';

/** What a descriptor may say about a command; program and fixed arguments are the environment's. Placeholders are not resolved. */
export interface CommandConfiguration {
  /** A name in the environment's `commands`. */
  command: string;
  /** Appended to the fixed arguments, each as one argument of the program: no shell reads them. */
  arguments: string[];
  /** The environment of the program, besides PATH, HOME, TMPDIR, LANG and STEWARD_KEY. The only place for secrets. */
  variables: { [name: string]: string };
  /** Files that the command makes in its folder and that are kept. */
  outputs: string[];
}

const KEYS = ['command', 'arguments', 'variables', 'outputs'];
/** Set by Steward for every command. */
const OWN_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'STEWARD_KEY'];

/** Reads a task that has passed `configurationFindings`. */
export const configurationOf = ({ configurations }: Task): CommandConfiguration => ({
  command: configurations.command as string,
  arguments: ((configurations.arguments ?? []) as Json[]).map(String),
  variables: Object.fromEntries(
    Object.entries((configurations.variables ?? {}) as { [name: string]: Json }).map(([name, value]) => [name, String(value)]),
  ),
  outputs: (configurations.outputs ?? []) as string[],
});

/** Faults of a task's configurations. */
export const configurationFindings = ({ configurations }: Task): Finding[] => {
  const findings: Finding[] = [];
  const fault = (name: string, rule: string, message: string): void => {
    findings.push({ rule: `command/${rule}`, severity: 'error', pointer: `/configurations/${name}`, message });
  };
  const { command, arguments: args = [], variables = {}, outputs = [] } = configurations;
  if (typeof command !== 'string' || !/^[\w.-]+$/.test(command))
    fault(
      'command',
      'name',
      'command must be the name of one of the commands that the environment allows, not a program or a line for a shell.',
    );
  if (!Array.isArray(args) || args.some((arg) => typeof arg === 'object'))
    fault('arguments', 'arguments', 'arguments must be a list of texts.');
  else if (JSON.stringify(args).includes('${secret:'))
    fault('arguments', 'secret', 'Arguments are visible to every user of the machine: hand a secret over in variables.');
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables))
    fault('variables', 'variables', 'variables must be an object of names and texts.');
  else
    for (const [name, value] of Object.entries(variables)) {
      if (!/^[A-Za-z_]\w*$/.test(name) || typeof value === 'object')
        fault(`variables/${name}`, 'variables', `${name} must be a name of letters, digits and _, with a text.`);
      if (OWN_VARIABLES.includes(name) || /^(LD_|DYLD_|BASH_ENV$|ENV$|IFS$|NODE_OPTIONS$)/.test(name))
        fault(`variables/${name}`, 'variables', `${name} cannot be set: it decides which code runs, or belongs to Steward.`);
    }
  if (!Array.isArray(outputs) || outputs.some((path) => typeof path !== 'string' || !isInside(path)))
    fault('outputs', 'outputs', 'outputs must be a list of paths inside the folder of the command.');
  for (const name of Object.keys(configurations).filter((key) => !KEYS.includes(key)))
    fault(name, 'unknown', `${name} is not known. Known are ${KEYS.join(', ')}.`);
  return findings;
};

/** True for a relative path that stays where it begins. */
export const isInside = (path: string): boolean =>
  path !== '' &&
  !path.includes('\\') &&
  !path.includes('\0') &&
  !posix.isAbsolute(path) &&
  !posix.normalize(path).split('/').includes('..') &&
  posix.normalize(path) !== '.';
