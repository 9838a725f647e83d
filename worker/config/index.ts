export { configPath, loadConfig, parseConfig } from './load.js';
export { printRedacted } from './redacted.js';
export type { WorkerConfig, WorkerTimeouts } from './config.js';
