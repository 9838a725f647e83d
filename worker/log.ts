import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import { traceIdOf } from '../lifecycle/trace.js';

/** Structured logs on standard output, one JSON object a line. */
export const logger = pino(
  { name: 'steward-worker', level: process.env['STEWARD_LOG_LEVEL'] ?? 'info' },
  pino.destination({ fd: 1, sync: true }),
);

/** What Temporal's SDK has to say that somebody may want to know, with the trace of the run that it is about. */
export const temporalLogger = new DefaultLogger('WARN', ({ level, message, meta = {} }) => {
  const { runId } = meta;
  logger[level === 'ERROR' ? 'error' : 'warn']({ ...(typeof runId === 'string' && { trace_id: traceIdOf(runId) }), ...meta }, message);
});
