export type { EndpointDeps } from './deps.js';
export { listen } from './listen.js';
export { openEndpoint } from './server.js';
export type { Endpoint } from './server.js';
