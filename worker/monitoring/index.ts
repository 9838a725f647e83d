export { healthOf } from './checks.js';
export { installRuntime, measured, ownMetrics } from './metrics.js';
