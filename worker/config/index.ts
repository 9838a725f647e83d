export { configPath, loadConfig, parseConfig } from './load.js';
export { printRedacted } from './redacted.js';
export type { EndpointSettings, IdentitySettings, WorkerConfig, WorkerTimeouts } from './config.js';
