export type { EndpointDeps } from './deps.js';
export { listen, openEndpoint } from './listen.js';
