import { gatherRemote, placeOf } from './gather.js';
import { filesOf } from './open.js';
import { packFiles, type PackedBundle } from './pack.js';
import { fetchRemote, type Allowance, type Transport } from './remote.js';

/**
 * Packs the descriptor at an address with the documents that it refers to on the hosts allowed, as they are now. Only documents come this way:
 * templates are folders, which no address of https lists. Throws `FetchRefused` when the root document cannot be fetched; what else cannot
 * be is left for `readDescriptor` to tell.
 */
export async function fetchBundle(address: string, allowance: Allowance, transport: Transport): Promise<PackedBundle> {
  const { url, body } = await fetchRemote(address, allowance, transport);
  const root = placeOf(url);
  const gathered = await gatherRemote(filesOf(root, new Map([[root, body]])), { ...allowance, transport }, new Map([[root, url]]));
  return packFiles(root, new Map(gathered.list().map((path) => [path, gathered.read(path)])), gathered.remote());
}
