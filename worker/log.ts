import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import { traceIdOf } from '../lifecycle/trace.js';

/** Structured logs on standard output, one JSON object a line. */
export const logger = pino(
  { name: 'steward-worker', level: process.env['STEWARD_LOG_LEVEL'] || 'info' },
  pino.destination({ fd: 1, sync: true }),
);

/** What Temporal's SDK has to say that somebody may want to know, with the trace of the run that it is about. */
export const temporalLogger = new DefaultLogger('WARN', ({ level, message, meta = {} }) => {
  const { runId, workflowRunId, error, task: _, taskEncoded: __, workflowInfo: ___, ...others } = meta;
  const run = runId ?? workflowRunId;
  const about = typeof run === 'string' && { trace_id: traceIdOf(run), runId: run };
  logger[level === 'ERROR' ? 'error' : 'warn']({ ...about, ...others, ...(error !== undefined && { err: inWords(error) }) }, message);
});

/** Details of a failure are payloads, which the log has none of. */
function inWords(error: unknown): object {
  const { name, type, message, cause } = (error ?? {}) as Partial<Error> & { type?: unknown };
  const why = typeof message === 'string' ? message : String(error);
  return { name, ...(typeof type === 'string' && { type }), message: why, ...(cause instanceof Error && { cause: cause.message }) };
}
