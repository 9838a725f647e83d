import { createHmac } from 'node:crypto';
import { Failure } from '../../lifecycle/failures.js';
import { httpClient, messageOf } from '../support/http.js';
import { CLOUD_EVENT } from './cloud-event.js';
import { isLoopback } from './loopback.js';
import { ATTEMPT_MS, type Send, type TargetDeps, type WebhookTarget } from './targets.js';

/** Shorter and longer keys are not allowed by Standard Webhooks. Bytes. */
const KEY_BYTES = { least: 24, most: 64 };
/** What a receiver may ask us to wait: less would hammer it, more would let it be forgotten. Milliseconds. */
const WAIT_MS = { least: 1_000, most: 3_600_000 };

/**
 * POSTs events, signed as Standard Webhooks says (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and the very bytes sent. A
 * status of 2xx is taken for delivered; no redirect is followed, for it would carry the event to a place that nobody configured.
 */
export function webhook(name: string, { url, secret }: WebhookTarget, deps: TargetDeps): Send {
  const { origin, pathname, protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !isLoopback(hostname)) throw new Failure('InvalidInput', `the target ${name} must be reached by https`);
  keyOf(name, deps.secret(secret));
  const client = httpClient({
    system: `webhook ${name}`,
    url: origin,
    contentType: CLOUD_EVENT,
    timeoutMs: ATTEMPT_MS,
    defaultRetryAfterMs: null,
  });
  return async (event, signal) => {
    // Read again, so that a changed secret counts without a restart.
    const key = keyOf(name, deps.secret(secret));
    const body = JSON.stringify(event);
    const headers = signed(key, event.id, new Date(), body);
    const { status, body: answer } = await client.request('POST', pathname, { text: body, headers, signal }).catch(withinReason);
    if (status >= 200 && status < 300) return {};
    const what = status >= 300 && status < 400 ? 'redirects are not followed' : messageOf(answer);
    throw new Failure('SystemRefused', `webhook ${name} at ${origin} answered ${status}: ${what}`);
  };
}

/** The three headers of Standard Webhooks. @param at time of this attempt: receivers refuse old ones */
export function signed(key: Buffer, id: string, at: Date, body: string): { [header: string]: string } {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function keyOf(name: string, secret: string): Buffer {
  const key = Buffer.from(/^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? '', 'base64');
  if (key.length < KEY_BYTES.least || key.length > KEY_BYTES.most)
    throw new Failure(
      'InvalidInput',
      `the secret of the webhook ${name} must be whsec_ and ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes as base64`,
    );
  return key;
}

/** Passes a failure on, with a time to wait that makes sense. */
function withinReason(error: unknown): never {
  if (!(error instanceof Failure) || error.retryAfterMs === undefined) throw error;
  const retryAfterMs = Math.min(Math.max(error.retryAfterMs, WAIT_MS.least), WAIT_MS.most);
  throw new Failure(error.type, error.message, { cause: error, retryAfterMs });
}
