import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as it came in. */
export interface Mail {
  from: string;
  to: string[];
  /** Headers and body as they were sent. */
  raw: string;
  isEncrypted: boolean;
  user?: string;
}

/** A real SMTP server on the loopback address. */
export interface MailServer {
  readonly port: number;
  taken: Mail[];
  /** Passwords that were offered, right or wrong. */
  passwords: string[];
  /** Connections whose client has asked for something. */
  clients: number;
  close(): Promise<void>;
}

export interface MailServerOptions {
  /** Whoever sends must be this one. */
  account?: { user: string; password: string };
  /** Offers STARTTLS with this certificate, and takes passwords only behind it. */
  certificate?: { key: string; authority: string };
  /** Reply to a recipient, e.g. `{ code: 550 }`; undefined = taken. */
  refuse?(address: string): { code: number } | undefined;
}

export async function startMailServer({ account, certificate, refuse }: MailServerOptions = {}): Promise<MailServer> {
  const seen: Pick<MailServer, 'taken' | 'passwords' | 'clients'> = { taken: [], passwords: [], clients: 0 };
  const options: SMTPServerOptions = {
    ...(certificate
      ? { key: await readFile(certificate.key), cert: await readFile(certificate.authority) }
      : { disabledCommands: ['STARTTLS', ...(account ? [] : ['AUTH'])], allowInsecureAuth: true }),
    authOptional: account === undefined,
    disableReverseLookup: true,
    onConnect(_, callback) {
      seen.clients++;
      callback();
    },
    onAuth({ username, password }, _, callback) {
      seen.passwords.push(String(password));
      if (username === account?.user && password === account?.password) callback(null, { user: username });
      else callback(new Error('wrong password'));
    },
    onRcptTo({ address }, _, callback) {
      const reply = refuse?.(address);
      callback(reply && Object.assign(new Error('not here'), { responseCode: reply.code }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        seen.taken.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          isEncrypted: session.secure,
          ...(session.user && { user: String(session.user) }),
        });
        callback();
      });
    },
  };
  const server = new SMTPServer(options);
  // A client that breaks off is the purpose of some tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return Object.assign(seen, {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
