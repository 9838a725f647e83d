import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, diag, trace } from '@opentelemetry/api';
import type { Context, Link, SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { SecretRef } from '../../lifecycle/environment.js';
import { operationOf } from '../../lifecycle/ids.js';
import { traceIdOf } from '../../lifecycle/trace.js';
import type { MonitoringSettings } from '../config/index.js';
import { logger } from '../log.js';
import type { Watcher } from './attempts.js';
import { OK } from './outcome.js';

/** The id of a run's span is the beginning of a digest: every worker finds the same, so that nothing has to travel with a run. */
const SPAN_ID_DIGITS = 16;
/** A collector that does not answer does not keep a worker from stopping. */
const CLOSE_WITHIN_MS = 5_000;

export interface Tracing {
  /** A span for each attempt of an activity. */
  attempts: Watcher;
  /** The span of a whole run, when it has ended. */
  ended(run: WorkflowInfo, outcome: string, isFailed: boolean): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Sends traces to a collector (OTLP over HTTP, as JSON). A run is a trace, its id is that of the run without dashes; what each worker has
 * done for it are the spans. They hold ids, names and types, no payloads and no messages.
 * @param about what all spans of this worker have in common
 */
export function openTracing(
  { traces }: MonitoringSettings,
  about: { namespace: string; version: string },
  secret: (ref: SecretRef) => string,
): Tracing | undefined {
  if (!traces) return undefined;
  const { url, headers } = traces;
  diag.setLogger({ ...silent, warn: tell, error: tell });
  const exporter = new OTLPTraceExporter({
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, ref]) => [name, secret(ref)])),
  });
  const ids = new RunIds();
  const provider = new TracerProvider({
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter })],
    resource: resourceFromAttributes({
      'service.name': 'steward-worker',
      'service.version': about.version,
      'service.instance.id': `${hostname()}:${process.pid}`,
      'temporal.namespace': about.namespace,
    }),
  });
  const tracer = provider.getTracer('steward');
  logger.info({ url }, 'traces are sent');
  return {
    attempts: ({ info, executor, step, line, environment }) => {
      const { workflowExecution: run, workflowType, activityType, activityId, attempt } = info;
      const attributes = {
        'steward.operation': operationOf(workflowType ?? ''),
        'steward.executor': executor,
        ...(step !== undefined && { 'steward.step': step }),
        ...(line !== undefined && { 'steward.product': line }),
        ...(environment !== undefined && { 'steward.environment': environment }),
        'temporal.workflow.id': run.workflowId,
        'temporal.run.id': run.runId,
        'temporal.activity.id': activityId,
        'temporal.attempt': attempt,
      };
      const span = tracer.startSpan(activityType, { attributes }, within(run.runId));
      return (outcome) => {
        span.setAttribute('steward.outcome', outcome);
        if (outcome !== OK) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
        span.end();
      };
    },
    ended: ({ workflowId, runId, workflowType, startTime, parent, continuedFromExecutionRunId: former }, outcome, isFailed) => {
      const attributes = {
        'steward.operation': operationOf(workflowType),
        'steward.outcome': outcome,
        'temporal.workflow.id': workflowId,
        'temporal.run.id': runId,
      };
      const links = [parent?.runId, former].flatMap((other) => (other === undefined ? [] : [{ context: rootOf(other) } satisfies Link]));
      ids.next = rootOf(runId);
      const span = tracer.startSpan(operationOf(workflowType), { attributes, links, startTime, root: true }, ROOT_CONTEXT);
      if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      span.end();
    },
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref());
      await Promise.race([provider.shutdown(), late]).catch(tell);
    },
  };
}

const rootOf = (runId: string): SpanContext => ({
  traceId: traceIdOf(runId),
  spanId: createHash('sha256').update(runId).digest('hex').slice(0, SPAN_ID_DIGITS),
  traceFlags: TraceFlags.SAMPLED,
});

const within = (runId: string): Context => trace.setSpanContext(ROOT_CONTEXT, { ...rootOf(runId), isRemote: true });

/** Random ids, but for the span of a whole run: its own are known before it is there. */
class RunIds implements IdGenerator {
  next?: Pick<SpanContext, 'traceId' | 'spanId'>;
  private readonly random = new RandomIdGenerator();

  generateSpanId = (): string => this.next?.spanId ?? this.random.generateSpanId();

  // Asked last, and for roots only.
  generateTraceId = (): string => {
    const id = this.next?.traceId ?? this.random.generateTraceId();
    this.next = undefined;
    return id;
  };
}

const tell = (...said: unknown[]): void => logger.warn({ why: said.map(String).join(' ').split('\n')[0]!.slice(0, 500) }, 'traces');
const silence = (): void => undefined;
const silent = { debug: silence, verbose: silence, info: silence };
