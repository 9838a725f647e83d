import type { BlobRef, Digest } from '../../../lifecycle/digest.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { ChangeEntry } from './change-digest.js';
import type { TerraformDeps } from './deps.js';

const KIND = 'terraform/before/1';

/** What was there before, and what was to be changed: enough to probe and to undo. Without secrets. */
export interface BeforeImage {
  kind: typeof KIND;
  /** The preview's digest, so that the entries cannot be taken for those of another. */
  digest: Digest;
  entries: ChangeEntry[];
  /** The state as it was; left out when there was none. */
  state?: { lineage: string; serial: number; addresses: string[] };
  /** What was to be created but was in the world already, in no state of ours: address → import id. Such a plan is refused by now. */
  present: { [address: string]: string };
}

export const saveBeforeImage = (image: Omit<BeforeImage, 'kind'>, deps: Pick<TerraformDeps, 'blobs'>): Promise<BlobRef> =>
  deps.blobs.putJson({ kind: KIND, ...image });

/** Throws `NotFound` or `InvalidInput` when the reference leads to something else. */
export async function readBeforeImage(ref: BlobRef, deps: Pick<TerraformDeps, 'blobs'>): Promise<BeforeImage> {
  const image = (await deps.blobs.getJson(ref)) as BeforeImage;
  if (image?.kind !== KIND) throw new Failure('InvalidInput', `${ref} is no before-image of a Terraform step`);
  return image;
}

/** Addresses that were in the state before the run. */
export const addressesBefore = (image: BeforeImage): ReadonlySet<string> => new Set(image.state?.addresses ?? []);
