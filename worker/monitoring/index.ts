export { watched } from './attempts.js';
export type { Watcher } from './attempts.js';
export { healthOf } from './checks.js';
export { installRuntime, measuredAttempts, ownMetrics } from './metrics.js';
export { runSinks, toldAttempts } from './told.js';
export { openTracing } from './traces.js';
