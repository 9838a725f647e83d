import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { NotificationTarget } from '../../../../activities/notifications/index.js';
import { signed } from '../../../../activities/notifications/webhook.js';
import { goingOn, notification, notificationsTo } from '../../../support/notification-samples.js';
import { makeSecret, startWebhookReceiver, type WebhookReceiver } from '../../../support/webhook-receiver.js';

/** Proves one attempt of a webhook at a real server: signed, told apart by what it answers, and never further than it was sent. */
describe('a webhook', () => {
  let receiver: WebhookReceiver;
  let elsewhere: WebhookReceiver | undefined;
  let silent: Server | undefined;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    process.env['TEST_WEBHOOK_SECRET'] = receiver.secret;
  });
  afterEach(async () => {
    await Promise.all([receiver.down(), elsewhere?.down()]);
    elsewhere = undefined;
    silent?.close();
    delete process.env['TEST_WEBHOOK_SECRET'];
  });

  const target = (url = receiver.url): NotificationTarget => ({ type: 'webhook', url, secret: 'env:TEST_WEBHOOK_SECRET' });
  const attempt = (url?: string, signal = goingOn()) => notificationsTo({ hook: target(url) }).deliver('hook', notification(), signal);

  it('is believed by those who verify as Standard Webhooks says', async () => {
    const odd = notification({ message: 'ünïcode “quotes” \u2028 and \n breaks' });
    await notificationsTo({ hook: target() }).deliver('hook', odd, goingOn());
    expect(receiver.doubts).toEqual([]);
    expect(receiver.taken).toHaveLength(1);
    const { event, headers } = receiver.taken[0]!;
    expect(headers).toMatchObject({ 'content-type': 'application/cloudevents+json', 'webhook-id': odd.id });
    expect(event).toMatchObject({ id: odd.id, type: 'steward.exception.requested.v1', data: { message: odd.message } });
  });

  it('is not believed with another secret, and that is the end of it', async () => {
    const deliver = notificationsTo({ hook: target() }).deliver;
    process.env['TEST_WEBHOOK_SECRET'] = makeSecret();
    await expect(deliver('hook', notification(), goingOn())).rejects.toMatchObject({ type: 'AccessDenied' });
    expect(receiver.doubts).toHaveLength(1);
    process.env['TEST_WEBHOOK_SECRET'] = receiver.secret;
    await expect(deliver('hook', notification(), goingOn())).resolves.toEqual({});
  });

  it('signs what the library would', () => {
    const secret = makeSecret();
    const at = new Date('2027-01-02T03:04:05.678Z');
    const headers = signed(Buffer.from(secret.slice('whsec_'.length), 'base64'), 'an/id', at, '{"a":1}');
    expect(headers).toEqual({
      'webhook-id': 'an/id',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('an/id', at, '{"a":1}'),
    });
  });

  it.each([
    [404, 'SystemRefused'],
    [410, 'SystemRefused'],
    [422, 'SystemRefused'],
    [403, 'AccessDenied'],
    [408, 'SystemUnavailable'],
    [429, 'SystemUnavailable'],
    [500, 'SystemUnavailable'],
    [503, 'SystemUnavailable'],
  ])('takes %i for %s, and leaves the pause to whoever tries again', async (status, type) => {
    receiver.answers = [{ status }];
    await expect(attempt()).rejects.toMatchObject({ type, retryAfterMs: undefined });
  });

  it.each([
    ['7', 7_000],
    ['0', 1_000],
    ['86400', 3_600_000],
  ])('waits as long as it is asked to, within reason: Retry-After %s', async (seconds, retryAfterMs) => {
    receiver.answers = [{ status: 503, headers: { 'retry-after': seconds } }];
    await expect(attempt()).rejects.toMatchObject({ type: 'SystemUnavailable', retryAfterMs });
  });

  it('follows no redirect', async () => {
    elsewhere = await startWebhookReceiver();
    receiver.answers = [{ status: 307, headers: { location: elsewhere.url } }];
    await expect(attempt()).rejects.toMatchObject({
      type: 'SystemRefused',
      message: expect.stringContaining('redirects are not followed'),
    });
    expect(elsewhere.attempts).toEqual([]);
  });

  it('says who cannot be reached', async () => {
    await receiver.down();
    const message = expect.stringMatching(/^webhook hook at http:\/\/127\.0\.0\.1:\d+ \(POST \/hook\) cannot be reached: /);
    await expect(attempt()).rejects.toMatchObject({ type: 'SystemUnavailable', message });
    await receiver.up();
  });

  it('ends at once when it is cancelled, whatever the other side does', async () => {
    const connected = new Promise<Socket>((resolve) => (silent = createServer(resolve)));
    await new Promise<void>((resolve) => silent!.listen(0, '127.0.0.1', resolve));
    const cancelling = new AbortController();
    const attempted = attempt(`http://127.0.0.1:${(silent!.address() as AddressInfo).port}/`, cancelling.signal);
    const socket = await connected;
    const reason = new Error('the worker stops');
    cancelling.abort(reason);
    await expect(attempted).rejects.toBe(reason);
    socket.destroy();
  });

  it('is checked when the worker starts', () => {
    expect(() => notificationsTo({ hook: target('http://hooks.example.org/') })).toThrow(/the target hook must be reached by https/);
    for (const wrong of ['hunter2-hunter2', 'whsec_c2hvcnQ=', `whsec_${Buffer.alloc(65).toString('base64')}`]) {
      process.env['TEST_WEBHOOK_SECRET'] = wrong;
      expect(() => notificationsTo({ hook: target() })).toThrow(
        /^the secret of the webhook hook must be whsec_ and 24 to 64 bytes as base64$/,
      );
    }
    delete process.env['TEST_WEBHOOK_SECRET'];
    expect(() => notificationsTo({ hook: target() })).toThrow(/no variable of this name/);
  });
});
