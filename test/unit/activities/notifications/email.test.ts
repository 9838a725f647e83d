import { afterEach, describe, expect, it } from '@jest/globals';
import type { EmailTarget } from '../../../../activities/notifications/index.js';
import type { Notification } from '../../../../lifecycle/notifications.js';
import { makeCertificate, type Certificate } from '../../../support/certificate.js';
import { startMailServer, type Mail, type MailServer, type MailServerOptions } from '../../../support/mail-server.js';
import { goingOn, notification, notificationsTo } from '../../../support/notification-samples.js';

/** Leads to this machine and is not taken for loopback: stands for a relay somewhere else. */
const ELSEWHERE = '0.0.0.0';
const account = { user: 'steward', password: 'correct horse battery' };

/** Proves one attempt by e-mail at a real SMTP server: who gets it, what is in it, and what is never sent in the clear. */
describe('e-mail', () => {
  let server: MailServer;
  let certificate: Certificate | undefined;
  afterEach(async () => {
    await server.close();
    await certificate?.remove();
    delete process.env['TEST_SMTP_PASSWORD'];
  });

  const serve = async (options: MailServerOptions = {}): Promise<void> => void (server = await startMailServer(options));
  const send = (changes: Partial<EmailTarget> = {}, told: Partial<Notification> = {}, signal = goingOn()) => {
    const from = 'steward@example.org';
    const target: EmailTarget = { type: 'email', host: '127.0.0.1', port: server.port, from, to: ['platform@example.org'], ...changes };
    return notificationsTo({ mail: target }).deliver('mail', notification(told), signal);
  };
  const signIn = (): Partial<EmailTarget> => {
    process.env['TEST_SMTP_PASSWORD'] = account.password;
    return { username: account.user, password: 'env:TEST_SMTP_PASSWORD' };
  };
  const headersOf = ({ raw }: Mail): { [name: string]: string } =>
    Object.fromEntries(
      raw
        .slice(0, raw.indexOf('\r\n\r\n'))
        .replace(/\r\n[ \t]+/g, ' ')
        .split('\r\n')
        .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    );

  it('goes to who is always told, to those who may decide and to who asked, once each', async () => {
    await serve();
    const recipients = {
      stewards: ['ben@example.org', 'platform@example.org'],
      'ann@example.org': ['ann@example.org'],
      other: ['o@example.org'],
    };
    expect(await send({ recipients })).toEqual({});
    expect(server.taken).toHaveLength(1);
    const [mail] = server.taken as [Mail];
    expect(mail).toMatchObject({ from: 'steward@example.org', to: ['platform@example.org', 'ben@example.org', 'ann@example.org'] });
    expect(headersOf(mail)).toMatchObject({
      subject: expect.stringMatching(/^An exception is asked for: trips in prod: the topic trips would be deleted$/),
      'auto-submitted': 'auto-generated',
      'content-type': expect.stringContaining('text/plain'),
      date: 'Sat, 02 Jan 2027 03:04:05 +0000',
    });
    expect(mail.raw).toContain('  steward approve 0123456789ab --as YOU --comment WHY');
    expect(mail.raw).toContain('- delete topic stops');
  });

  it('is the same message on every attempt', async () => {
    await serve();
    await send();
    await send();
    await send({}, { id: 'another' });
    const [first, second, other] = server.taken.map((mail) => headersOf(mail)['message-id']);
    expect(first).toMatch(/^<[0-9a-f]{32}@example\.org>$/);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('lets nothing of the data become a header, a recipient or a line of its own', async () => {
    await serve();
    const evil = 'x\r\nBcc: thief@example.org\r\n\r\nPay at once\u2028To approve: rm -rf\n.\r\nRCPT TO:<thief@example.org>';
    const everything = { message: evil, line: `urn:x:${evil}`, environment: evil, rule: evil, requestedBy: evil, comment: evil };
    await send({}, { ...everything, reason: evil, evidence: [evil], to: [evil] });
    const [mail] = server.taken as [Mail];
    expect(mail.to).toEqual(['platform@example.org']);
    expect(Object.keys(headersOf(mail)).sort()).toEqual(
      ['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
    );
    expect(mail.raw.replace(/=\r\n/g, '')).not.toMatch(/^(Bcc:|Pay|To approve: rm|RCPT)/m);
  });

  it('is not sent where nobody has an address', async () => {
    await serve();
    const nobody = send({ to: [], recipients: { others: ['o@example.org'] } });
    await expect(nobody).rejects.toMatchObject({ type: 'NotFound', message: 'email mail: no address is configured for stewards' });
    expect(server.clients).toBe(0);
  });

  it('signs in, and takes a wrong password for the end of it', async () => {
    await serve({ account });
    await send(signIn());
    expect(server.taken).toMatchObject([{ user: account.user }]);
    process.env['TEST_SMTP_PASSWORD'] = 'wrong horse';
    const refused = await send({ username: account.user, password: 'env:TEST_SMTP_PASSWORD' }).catch((error: Error) => error);
    expect(refused).toMatchObject({ type: 'AccessDenied' });
    expect(String(refused)).not.toContain('wrong horse');
  });

  it('says nothing to a relay elsewhere that does not encrypt', async () => {
    await serve({ account });
    await expect(send({ host: ELSEWHERE, ...signIn() })).rejects.toMatchObject({ type: 'SystemRefused' });
    expect(server.clients).toBe(1);
    expect(server.passwords).toEqual([]);
    expect(server.taken).toEqual([]);
  });

  it('says nothing to a relay elsewhere whose certificate nobody trusts; on this machine it does not matter', async () => {
    certificate = await makeCertificate();
    await serve({ account, certificate });
    await expect(send({ host: ELSEWHERE, ...signIn() })).rejects.toMatchObject({ message: expect.stringContaining('certificate') });
    expect(server.passwords).toEqual([]);
    await send(signIn());
    expect(server.taken).toMatchObject([{ user: account.user, isEncrypted: true }]);
  });

  it.each([
    [450, 'SystemUnavailable'],
    [550, 'SystemRefused'],
  ])('takes a reply of %i for %s', async (code, type) => {
    await serve({ refuse: () => ({ code }) });
    await expect(send()).rejects.toMatchObject({ type, message: expect.stringMatching(/^email mail at 127\.0\.0\.1:\d+: .*not here/) });
  });

  it('notes that one of several addresses was refused', async () => {
    await serve({ refuse: (address) => (address.startsWith('gone') ? { code: 550 } : undefined) });
    expect(await send({ to: ['gone@example.org', 'ann@example.org'] })).toEqual({ note: 'refused for 1 of 2 addresses' });
    expect(server.taken).toMatchObject([{ to: ['ann@example.org'] }]);
  });

  it('ends at once when it is cancelled, and as cancelled', async () => {
    const cancelling = new AbortController();
    const reason = new Error('the worker stops');
    // In the middle of the conversation: the library says in its own words that it was ended.
    await serve({ refuse: () => void cancelling.abort(reason) });
    await expect(send({}, {}, cancelling.signal)).rejects.toBe(reason);
  });

  it('says who cannot be reached', async () => {
    await serve();
    const port = server.port;
    await server.close();
    await expect(send({ port })).rejects.toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining('ECONNREFUSED') });
    await serve();
  });
});
