export { BundleError, MAX_BUNDLE_BYTES } from './limits.js';
export { filesOf, openBundle, type BundleFiles } from './open.js';
export { bundleFromInline, packBundle, packFiles, type PackedBundle } from './pack.js';
export { gatherRemote, type RemoteOptions } from './gather.js';
export { fetchRemote, FetchRefused, type Transport } from './remote.js';
export { resolveInside } from './paths.js';
