import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files that hold the object store's credentials, one value each, readable by their owner alone. */
export type CredentialFiles = { readonly accessKeyId: string; readonly secretAccessKey: string };

export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** Makes random credentials for the object store once for a stack home and keeps them: buckets belong to them. */
export async function ensureCredentials(home: string): Promise<CredentialFiles> {
  const folder = join(home, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = { accessKeyId: join(folder, 's3-access-key-id'), secretAccessKey: join(folder, 's3-secret-access-key') };
  await writeOnce(files.accessKeyId, `steward-${randomBytes(8).toString('hex')}`);
  await writeOnce(files.secretAccessKey, randomBytes(32).toString('hex'));
  return files;
}

/** The values themselves: never to be logged. */
export async function readCredentials(files: CredentialFiles): Promise<Credentials> {
  const [accessKeyId, secretAccessKey] = await Promise.all([readFile(files.accessKeyId, 'utf8'), readFile(files.secretAccessKey, 'utf8')]);
  return { accessKeyId, secretAccessKey };
}

async function writeOnce(file: string, value: string): Promise<void> {
  await writeFile(file, value, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
