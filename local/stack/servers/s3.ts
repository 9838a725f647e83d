import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { readCredentials } from '../credentials.js';
import type { Server } from '../server.js';

// The client tells at every start that it will want a newer Node one day; nobody who starts a stack can act on it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

export const S3_REGION = 'us-east-1';

export const s3Server: Server = {
  name: 's3',
  title: 'versitygw (S3)',
  part: 'versitygw',
  ports: ['s3'],
  stage: 1,
  readyWithinMs: 30_000,
  stopWithinMs: 10_000,
  async prepare({ data }) {
    for (const folder of ['objects', 'versions', 'sidecar']) await mkdir(join(data, folder), { recursive: true });
  },
  async command({ data, part, ports, credentialFiles }) {
    const credentials = await readCredentials(credentialFiles);
    const args = ['--port', `127.0.0.1:${ports.s3}`, '--region', S3_REGION, 'posix'];
    // Its default checks a condition and writes in two steps: two parallel conditional writes can both win. One at a time, none does.
    args.push('--concurrency', '1', '--versioning-dir', join(data, 'versions'));
    if (!(await hasExtendedAttributes(data))) args.push('--sidecar', join(data, 'sidecar'));
    args.push(join(data, 'objects'));
    return {
      file: join(part, 'versitygw'),
      args,
      env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
    };
  },
  async probe({ ports, credentialFiles }) {
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${ports.s3}`,
      region: S3_REGION,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: await readCredentials(credentialFiles),
    });
    try {
      await client.send(new ListBucketsCommand({}));
    } finally {
      client.destroy();
    }
  },
};

/** Whether files here can carry extended attributes, where versitygw keeps an object's metadata; asked of the file system itself. */
async function hasExtendedAttributes(folder: string): Promise<boolean> {
  const file = join(folder, '.attribute-check');
  await writeFile(file, '');
  const script = 'import os, sys; os.setxattr(sys.argv[1], "user.steward", b"1")';
  const answer = await execa('python3', ['-c', script, file], { reject: false });
  await rm(file, { force: true });
  return answer.exitCode === 0;
}
