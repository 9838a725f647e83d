export { healthOf } from './checks.js';
export { openHealth } from './health.js';
export type { HealthServer } from './health.js';
export { installRuntime, measured, ownMetrics } from './metrics.js';
