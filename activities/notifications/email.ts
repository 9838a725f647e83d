import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { Failure } from '../../lifecycle/failures.js';
import type { CloudEvent } from './cloud-event.js';
import { subjectOf, textOf } from './email-text.js';
import { isLoopback } from './loopback.js';
import { ATTEMPT_MS, type EmailTarget, type Send, type TargetDeps } from './targets.js';

/** RFC 8314: submission with STARTTLS, and with TLS from the first byte. */
const PORTS = { starttls: 587, implicit: 465 };

/**
 * Sends plain text by SMTP to those who may decide, to who asked, and to everybody who is always told. The Message-ID is the same on every
 * attempt, so that a mail program shows one message. What one of several addresses refuses is a note, because trying again would send
 * to the others once more: give Steward a relay that keeps mail itself.
 */
export function email(name: string, target: EmailTarget, deps: TargetDeps): Send {
  const { host, tls = 'starttls', port = PORTS[tls], username: user, password } = target;
  const auth = () => (user !== undefined && password !== undefined ? { user, pass: deps.secret(password) } : undefined);
  auth();
  return async (event, signal) => {
    const to = addressesOf(event, target);
    if (to.length === 0)
      throw new Failure('NotFound', `email ${name}: no address is configured for ${event.data.to.join(', ') || 'anybody'}`);
    const credentials = auth();
    const transport = createTransport({
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls' && !isLoopback(host),
      // A relay on this machine has a certificate of its own making, and nobody stands between.
      tls: { rejectUnauthorized: !isLoopback(host) },
      ...(credentials && { auth: credentials }),
      connectionTimeout: ATTEMPT_MS,
      greetingTimeout: ATTEMPT_MS,
      socketTimeout: ATTEMPT_MS,
      dnsTimeout: ATTEMPT_MS,
      // Nothing that came from elsewhere makes this worker read a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { rejected } = await transport.sendMail({
        from: { name: 'Steward', address: target.from },
        to: to.map((address) => ({ name: '', address })),
        subject: subjectOf(event),
        text: textOf(event),
        date: new Date(event.time),
        messageId: messageIdOf(event, target.from),
        // RFC 3834: no answering machine answers to this.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      });
      return rejected.length === 0 ? {} : { note: `refused for ${rejected.length} of ${to.length} addresses` };
    } catch (error) {
      throw smtpFailure(error, `email ${name} at ${host}:${port}`);
    }
  };
}

/** Everybody once. */
function addressesOf({ data }: CloudEvent, { to = [], recipients = {} }: EmailTarget): string[] {
  const named = [...data.to, data.requestedBy].flatMap((name) => (Object.hasOwn(recipients, name) ? recipients[name]! : []));
  return [...new Set([...to, ...named])];
}

/** Source and id together name an event; the domain is the sender's, which is whose id it is. */
function messageIdOf({ source, id }: CloudEvent, from: string): string {
  const digest = createHash('sha256').update(`${source}\n${id}`).digest('hex').slice(0, 32);
  return `<${digest}@${from.split('@').at(-1)}>`;
}

/** What does not come right by itself: no TLS where there must be, a password that is wrong. https://nodemailer.com/errors */
const FINAL = { ETLS: 'SystemRefused', EAUTH: 'AccessDenied', ENOAUTH: 'AccessDenied', ECONFIG: 'SystemRefused' } as const;

/** By the reply's first digit where there was one (RFC 5321: 4 = later, 5 = no), else by what became of the connection. */
function smtpFailure(error: unknown, what: string): Failure {
  const { code = '', responseCode = 0, message } = error as { code?: string; responseCode?: number; message: string };
  const failure = (type: 'SystemUnavailable' | 'SystemRefused' | 'AccessDenied') =>
    new Failure(type, `${what}: ${message}`, { cause: error });
  if (responseCode >= 400 && responseCode < 500) return failure('SystemUnavailable');
  if (Object.hasOwn(FINAL, code)) return failure(FINAL[code as keyof typeof FINAL]);
  return failure(responseCode >= 500 ? 'SystemRefused' : 'SystemUnavailable');
}
