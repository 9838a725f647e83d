export { healthOf } from './checks.js';
export { openHealth } from './health.js';
export type { HealthServer } from './health.js';
export { measured, metricsOptions, ownMetrics } from './metrics.js';
