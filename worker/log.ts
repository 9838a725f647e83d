import { pino } from 'pino';

/** Structured logs on standard output, one JSON object a line. */
export const logger = pino(
  { name: 'steward-worker', level: process.env['STEWARD_LOG_LEVEL'] ?? 'info' },
  pino.destination({ fd: 1, sync: true }),
);
