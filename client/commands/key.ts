import { createPrivateKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Argument } from 'commander';
import { resolve } from 'node:path';
import { createEncryptionKey, readEncryptionKey } from '../../encryption/index.js';
import { createKey, publicJwk, thumbprintOf } from '../../identity/index.js';
import { Failure } from '../../lifecycle/failures.js';
import { command } from '../command.js';
import type { Output } from '../output.js';
import { keyIn } from '../proof.js';
import { UsageFailure } from '../usage.js';

interface Options {
  out?: string;
  encryption?: boolean;
  as?: string;
}

/** `steward key create`, `steward key show`: the key that somebody signs with, or a worker encrypts with; needs no server. */
export const key = command(
  'key <action> [file]',
  'Keys to sign with: create makes one, show tells the public half; or a key to encrypt with; needs no server',
  (self) =>
    self
      .addArgument(new Argument('<action>', 'what to do').choices(['create', 'show']))
      .argument('[file]', 'of show: the private key, JWK or PEM')
      .option('--out <file>', 'of create: where the private key goes; never over a file that is there')
      .option('--encryption', 'of create: the key is one that workers encrypt with what Temporal keeps')
      .option('--as <name>', 'whose key it is, for the configuration', 'you@example.com'),
  async (output, action: 'create' | 'show', file: string | undefined, { out, as: name, encryption }: Options) => {
    if (action === 'show') {
      if (encryption) throw new UsageFailure('a key to encrypt with has no public half to show');
      if (file === undefined) throw new UsageFailure('which key? steward key show <file>');
      return tell(output, name!, await keyIn(file));
    }
    if (out === undefined || file !== undefined) throw new UsageFailure('where to? steward key create --out <file>');
    if (encryption) return createForEncryption(output, out);
    const { privateKey } = createKey();
    await writeNew(out, `${JSON.stringify(privateKey, undefined, 2)}\n`);
    await tell(output, name!, createPrivateKey({ key: privateKey, format: 'jwk' }), out);
  },
);

async function createForEncryption(output: Output, out: string): Promise<void> {
  const key = createEncryptionKey();
  await writeNew(out, `${key}\n`);
  const { id } = readEncryptionKey(key);
  const configuration = { encryption: { key: `file:${resolve(out)}` } };
  const lines = [
    `The key is in ${out}: whoever has it can read, and without it nobody can. Keep a copy where no worker is.`,
    `Its name in what is encrypted with it: ${id}`,
    "In the worker's configuration, of every worker (a former key moves to formerKeys):",
    `  encryption: { key: '${configuration.encryption.key}' }`,
  ];
  output.result({ file: out, id, configuration }, lines.join('\n'));
}

/** Readable by its owner only, from its first byte on. */
async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw new Failure('InvalidInput', `${file} is there already; no key is overwritten`, { cause });
    throw new UsageFailure(`${file} cannot be written (${cause.code})`, { cause });
  });
}

/** The public half and where it goes: nothing here is a secret. */
async function tell(output: Output, name: string, own: KeyObject, file?: string): Promise<void> {
  const publicKey: JsonWebKey = publicJwk(own);
  const thumbprint = await thumbprintOf(own);
  const configuration = { keys: { [name]: [publicKey] } };
  const lines = [
    ...(file === undefined ? [] : [`The private key is in ${file}: keep it, and show it to nobody.`]),
    `Public key (thumbprint ${thumbprint}):`,
    `  ${JSON.stringify(publicKey)}`,
    "In the worker's configuration, where it is to count (an environment, or registration):",
    `  keys: ${JSON.stringify(configuration.keys)}`,
  ];
  output.result({ ...(file !== undefined && { file }), publicKey, thumbprint, configuration }, lines.join('\n'));
}
