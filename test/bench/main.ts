import { cpus, loadavg, totalmem } from 'node:os';

/** What can be measured alone, in the order of a whole run; loaded when it is asked for. */
const parts: { [name: string]: () => Promise<void> } = {
  // Needs no servers.
  descriptors: async () => (await import('./descriptors.js')).measureDescriptors(),
  policies: async () => (await import('./policies.js')).measurePolicies(),
  // These start a stack of their own.
  engines: async () => (await import('./engines.js')).measureEngines(),
  operations: async () => (await import('./operations.js')).measureOperations(),
  decisions: async () => (await import('./decisions.js')).measureDecisions(),
  failover: async () => (await import('./failover.js')).measureFailover(),
  undo: async () => (await import('./undo.js')).measureUndo(),
  waiting: async () => (await import('./waiting.js')).measureWaiting(),
  seeing: async () => (await import('./seeing.js')).measureSeeing(),
  encryption: async () => (await import('./encryption.js')).measureEncryption(),
};

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) throw new Error(`there is no bench ${JSON.stringify(unknown)}; there are: ${Object.keys(parts).join(', ')}`);

console.log(
  `One run on ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}.`,
);
console.log(`Others waited for the processors, too, when the load was above 1 at the start: it was ${loadavg()[0]!.toFixed(1)}.`);
console.log('Times are of this machine and of what else it did meanwhile: compare ratios of one run, not times of two.');
for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) await parts[name]!();
