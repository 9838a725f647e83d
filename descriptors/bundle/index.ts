export { BundleError, MAX_BUNDLE_BYTES } from './limits.js';
export { filesOf, openBundle, type BundleFiles } from './open.js';
export { bundleFromInline, packBundle, packFiles, packReachable, type PackedBundle } from './pack.js';
export { gatherRemote, type RemoteOptions } from './gather.js';
export { fetchBundle } from './fetch.js';
export { httpsTransport } from './https.js';
export { allowedAddress, allowedUrl, fetchRemote, FetchRefused, type Allowance, type Transport } from './remote.js';
export { isSafePath, resolveInside } from './paths.js';
