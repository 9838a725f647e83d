export { watched } from './attempts.js';
export type { Watcher } from './attempts.js';
export { checksOf } from './checks.js';
export { openGauges, ownGauges } from './gauges.js';
export { openHealth } from './health.js';
export { installRuntime, measuredAttempts, ownMetrics } from './metrics.js';
export { runSinks, toldAttempts } from './told.js';
export { openTracing } from './traces.js';
