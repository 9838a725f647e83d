/**
 * How a worker's process is started: measured after 240 registrations, it needs 233 MB with these, 428 MB without. glibc otherwise
 * keeps an arena for each of the many native threads, and V8 grows its young generation for throughput that is not needed here.
 */
export const workerProcess = {
  nodeArguments: ['--max-semi-space-size=4', '--max-old-space-size=512'],
  environment: { MALLOC_ARENA_MAX: '2' },
} as const;
