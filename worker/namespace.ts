import { setTimeout as delay } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { missingSearchAttributes } from '../client/bootstrap.js';
import { Failure } from '../lifecycle/failures.js';
import { logger } from './log.js';

/** A server takes seconds to know everywhere what was added this moment. */
const KNOWN_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

/** `NOT_FOUND` of gRPC. */
const NOT_FOUND = 5;

const BOOTSTRAP = 'Run: steward bootstrap (with the same TEMPORAL_NAMESPACE), then start the worker again.';

/**
 * Throws `NotFound` for a namespace that is not there, or that lacks the search attributes without which no run could say what it does.
 * Where they cannot be asked for, as with keys that may not, the worker starts.
 */
export async function assertNamespace(connection: NativeConnection, namespace: string): Promise<void> {
  await connection.workflowService.describeNamespace({ namespace }).catch((cause: unknown) => {
    if (isGrpcServiceError(cause) && Number(cause.code) === NOT_FOUND)
      throw new Failure('NotFound', `Temporal has no namespace ${namespace} (TEMPORAL_NAMESPACE)`, { cause, next: BOOTSTRAP });
    logger.warn({ namespace, err: cause }, 'the namespace cannot be looked at');
  });
  for (const until = Date.now() + KNOWN_WITHIN_MS; ;) {
    const missing = await missingSearchAttributes(connection, namespace).catch((error: unknown) => {
      if (error instanceof Failure) throw error;
      logger.warn({ namespace, err: error }, 'the search attributes cannot be looked at');
      return [];
    });
    if (missing.length === 0) return;
    if (Date.now() > until)
      throw new Failure('NotFound', `namespace ${namespace} lacks search attributes: ${missing.join(', ')}`, { next: BOOTSTRAP });
    await delay(LOOK_EVERY_MS);
  }
}
