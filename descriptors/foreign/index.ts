export { checkForeignDocuments, type ForeignCheck } from './check.js';
export { withForeignDocuments } from './with-foreign.js';
export { folderCache, memoryCache, userCacheFolder, type VerdictCache } from './cache.js';
