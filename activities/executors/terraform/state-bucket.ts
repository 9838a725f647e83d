import { CreateBucketCommand, HeadBucketCommand, type BucketLocationConstraint } from '@aws-sdk/client-s3';
import { isAbsent } from '../../../catalog/errors.js';
import type { TerraformSystem } from '../../../lifecycle/environment.js';
import type { TerraformDeps } from './deps.js';
import { openStates } from './state-store.js';

/**
 * Creates the bucket of an environment's states when it is absent. Harmless when repeated. Not versioned, unlike the catalog's: versitygw
 * counts the marker of a deleted lock as the lock itself, so in a versioned bucket the second apply never gets its lock.
 */
export async function ensureStateBucket(state: TerraformSystem['state'], deps: Pick<TerraformDeps, 'secret'>): Promise<void> {
  const store = openStates(state, deps);
  const Bucket = state.bucket;
  const { region } = state;
  try {
    await store.tell(`create bucket ${Bucket}`, async () => {
      try {
        await store.client.send(new HeadBucketCommand({ Bucket }));
      } catch (error) {
        if (!isAbsent(error)) throw error;
        // us-east-1 is the one region that S3 refuses to see named here.
        const place =
          region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
        await store.client.send(new CreateBucketCommand({ Bucket, ...place })).catch(ignoreOwned);
      }
    });
  } finally {
    store.close();
  }
}

/** Two workers may create it at once. */
function ignoreOwned(error: Error): void {
  if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
}
