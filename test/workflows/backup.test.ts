import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCatalog } from '../../catalog/index.js';
import { packBundle } from '../../descriptors/index.js';
import { operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import type { InspectionResult } from '../../lifecycle/inspection.js';
import { begin, grantAll, outcomeOf, register } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { stackAddresses, stackCredentials } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld, topicNames } from '../support/world-snapshot.js';

const topics = (count: number): string =>
  `variable "topic_prefix" { type = string }\nresource "kafka_topic" "t" {\n  count = ${count}\n  name = "\${var.topic_prefix}kept-\${count.index}"\n  partitions = 1\n  replication_factor = 1\n}\n`;
const fields = [
  { name: 'id', type: 'string' },
  { name: 'more', type: 'string', default: '' },
];

/** Proves that a catalog from yesterday is gone on from: what came after the copy is in the world, and is found there. */
describe('going back to a copy of the catalog', () => {
  let world: StewardWorld;
  let store: S3Client;
  let Bucket: string;
  let first: SmallProduct;
  beforeAll(async () => {
    world = await openWorld();
    const { endpoint, region } = stackAddresses().s3;
    store = new S3Client({ endpoint, region, forcePathStyle: true, credentials: stackCredentials() });
    Bucket = `steward-${world.id}`;
    first = smallProduct(world, 'kept', { terraform: topics(1) });
  });
  afterAll(async () => {
    store.destroy();
    await clearWorld(world, [first]);
    await world.close();
  });

  const copy = async (): Promise<Map<string, Uint8Array>> => {
    const objects = new Map<string, Uint8Array>();
    const { Contents = [], IsTruncated } = await store.send(new ListObjectsV2Command({ Bucket }));
    expect(IsTruncated).toBe(false);
    for (const { Key } of Contents)
      objects.set(Key!, await (await store.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());
    return objects;
  };
  /** As a whole: what came after the copy goes, with its versions. A marker in its place would keep some stores from creating it again. */
  const putBack = async (kept: Map<string, Uint8Array>): Promise<void> => {
    const { Versions = [] } = await store.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of Versions) if (!kept.has(Key!)) await store.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    for (const [Key, Body] of kept) await store.send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  const inspect = async (): Promise<InspectionResult> =>
    (
      await world.start('inspectDataProduct', operationWorkflowId('inspect', 'local', first.line), {
        product: first.line,
        environment: 'local',
      })
    ).result() as Promise<InspectionResult>;

  it('shows what is other than it says, registers and upgrades again, and retires everything', async () => {
    const worker = await world.startWorker();
    const next = smallProduct(world, 'kept', { version: '1.1.0', terraform: topics(2), fields });
    await register(world, first);
    expect(await outcomeOf(await begin(world, 'deploy', first))).toMatchObject({ ended: 'deployed' });
    const yesterday = await copy();
    await register(world, next);
    expect(await outcomeOf(await begin(world, 'upgrade', next))).toMatchObject({ ended: 'upgraded' });
    worker.kill('SIGTERM');
    await worker.ended;

    await putBack(yesterday);
    await world.startWorker();
    // The catalog knows 1.0.0 only; of 1.1.0 there is a topic more.
    expect(await inspect()).toMatchObject({ state: 'drifted', version: '1.0.0' });
    // As a command would, which knows nothing of what was uploaded before.
    const catalog = createCatalog({ bucket: Bucket, ...stackAddresses().s3, ...stackCredentials() });
    const bundle = await withFolder(next.files, async (folder) => catalog.blobs.putBytes((await packBundle(folder)).bytes));
    catalog.close();
    const again = await world.start('registerDataProduct', registerWorkflowId(next.line, next.version), { bundle });
    expect(await again.result()).toMatchObject({ state: 'registered' });
    // Everything is in place: what is left to do is to write it down.
    expect(await outcomeOf(await begin(world, 'upgrade', next))).toMatchObject({ ended: 'unchanged' });
    expect(await inspect()).toMatchObject({ state: 'healthy', version: '1.1.0' });

    const retirement = await begin(world, 'retire', next, { sunset: new Date().toISOString() });
    await grantAll(world, retirement, 1);
    expect(await outcomeOf(retirement)).toMatchObject({ ended: 'retired' });
    expect(await topicNames(world)).toEqual([]);
  });
});
