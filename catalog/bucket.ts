import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3';
import { Failure } from '../lifecycle/failures.js';
import { isAbsent } from './errors.js';
import type { ObjectStore } from './object-store.js';

/** Creates the bucket when it is absent and turns versioning on where nobody has decided about it. Harmless when repeated or raced. */
export async function ensureBucket(store: ObjectStore, region: string): Promise<void> {
  const Bucket = store.bucket;
  await store.tell(`create bucket ${Bucket}`, async () => {
    try {
      await store.client.send(new HeadBucketCommand({ Bucket }));
    } catch (error) {
      if (!isAbsent(error)) throw error;
      // us-east-1 is the one region that S3 refuses to see named here.
      const place = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
      await store.client.send(new CreateBucketCommand({ Bucket, ...place })).catch(ignoreOwned);
    }
  });
  await store.tell(`turn versioning of ${Bucket} on`, async () => {
    const { Status } = await store.client.send(new GetBucketVersioningCommand({ Bucket })).catch(unsupported);
    if (Status !== undefined) return;
    await store.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })).catch(unsupported);
  });
}

/** True when the bucket answers, false when the store does not; throws AccessDenied and a missing bucket, which waiting does not mend. */
export async function bucketReachable(store: ObjectStore): Promise<boolean> {
  try {
    await store.tell(`look at bucket ${store.bucket}`, () => store.client.send(new HeadBucketCommand({ Bucket: store.bucket })));
    return true;
  } catch (error) {
    if (error instanceof Failure && error.type === 'SystemUnavailable') return false;
    throw error;
  }
}

/** Two workers may create it at once. */
function ignoreOwned(error: Error): void {
  if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
}

/** Versions are a safety net for people, not needed for correctness: a store without them will do. */
function unsupported(error: Error): { Status?: undefined } {
  if (error.name !== 'NotImplemented' && error.name !== 'VersioningNotConfigured') throw error;
  return {};
}
