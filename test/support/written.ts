import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { stackAddresses, stackCredentials } from './stack.js';
import type { StewardWorld } from './steward-world.js';

/** All that a world's Temporal namespace and catalog hold, as one text: what is not in it was not kept. */
export async function writtenIn(world: StewardWorld): Promise<string> {
  const text = [...(await historiesOf(world)), ...(await objectsOf(world))].join('\n');
  // What was signed holds its claims encoded.
  const parts = [...text.matchAll(/eyJ[\w-]+\.([\w-]+)\./g)].map(([, claims]) => Buffer.from(claims!, 'base64url').toString());
  return [text, ...parts].join('\n');
}

async function historiesOf({ client }: StewardWorld): Promise<string[]> {
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    texts.push(plain(history));
  }
  return texts;
}

/** JSON in which payloads, which are bytes, can be read. */
function plain(history: object): string {
  return JSON.stringify(history, function (this: { [key: string]: unknown }, key: string, value: unknown) {
    const own = this[key];
    return own instanceof Uint8Array ? Buffer.from(own).toString('utf8') : value;
  });
}

async function objectsOf({ id }: StewardWorld): Promise<string[]> {
  const { endpoint, region } = stackAddresses().s3;
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: stackCredentials() });
  const Bucket = `steward-${id}`;
  const texts: string[] = [];
  try {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
      for (const { Key } of page.Contents ?? []) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        texts.push(`${Key} ${await Body!.transformToString()}`);
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  } finally {
    s3.destroy();
  }
  return texts;
}
