/** Session options that a script may set: how its own statements are planned and run. */
const ALLOWED = [
  /^table\.(?!.*(path|dir|jar))/,
  /^parallelism\.default$/,
  /^pipeline\.(max-parallelism|object-reuse|auto-watermark-interval|operator-chaining\.enabled)$/,
  /^execution\.(runtime-mode|buffer-timeout.*)$/,
  /^execution\.checkpointing\.(interval|interval-during-backlog|mode|timeout|min-pause|unaligned.*|aligned-checkpoint-timeout|tolerable-failed-checkpoints|max-concurrent-checkpoints)$/,
  /^restart-strategy(\..*)?$/,
  /^state\.backend\.incremental$/,
];

/** False for what belongs to the platform: names, savepoints, addresses, folders, jars, credentials. */
export const mayBeSet = (key: string): boolean => ALLOWED.some((pattern) => pattern.test(key));

/** Connectors that read and write the platform's broker, or nothing at all. Files, databases and sockets are not the product's to open. */
export const connectors = ['kafka', 'upsert-kafka', 'datagen', 'blackhole', 'print'];
