import { readFileSync, writeFileSync } from 'node:fs';
import { createKey, publicJwk, readPrivateKey, thumbprintOf } from '../../identity/index.js';
import { Failure } from '../../lifecycle/failures.js';
import { command } from '../command.js';

/** Its owner alone. */
const PRIVATE = 0o600;

/** `steward key`: a key pair to sign with, and the half of it that others may see. */
export const key = command(
  'key <action> <file>',
  'Keys to sign with: create makes one, show tells its public half for the configuration of the workers',
  (self) =>
    self
      .argument('<action>', 'create or show')
      .argument('<file>', 'the private key; it is readable by its owner alone, and no other copy is made')
      .option('--as <name>', 'whose key it is, as the groups of the configuration name that person', 'you@example.org'),
  async (output, action: string, file: string, { as: name }: { as: string }) => {
    if (action !== 'create' && action !== 'show') throw new Failure('InvalidInput', `there is no ${action}; there are create and show`);
    if (action === 'create') write(file, JSON.stringify(createKey().privateKey));
    const own = readPrivateKey(read(file));
    const publicKey = publicJwk(own);
    const configuration = `keys:\n  ${name}:\n    - ${JSON.stringify(publicKey)}`;
    const told = `${action === 'create' ? `wrote ${file}\n` : ''}for the configuration of the workers (of the environment, or registration):\n${configuration}`;
    output.result({ file, publicKey, thumbprint: await thumbprintOf(own) }, told);
  },
);

function write(file: string, text: string): void {
  try {
    writeFileSync(file, `${text}\n`, { mode: PRIVATE, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure('InvalidInput', code === 'EEXIST' ? `${file} is there already, and is kept` : `${file} cannot be written: ${code}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('InvalidInput', `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
