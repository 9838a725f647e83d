import { connect, constants, createServer } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One unary call, as it passes through. */
export interface Call {
  /** The method's name, e.g. `RespondActivityTaskCompleted`. */
  method: string;
  request: Buffer;
  /** Rejects when the caller has gone. */
  readonly gone: Promise<never>;
  /** Asks the server; another method or message where these are given. Rejects when the caller has gone, or `ended` says so. */
  forward(changed?: { method?: string; request?: Uint8Array; ended?: AbortSignal }): Promise<Answer>;
}

export interface Answer {
  /** Absent when the server refused. */
  message?: Buffer;
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
}

/** What a call is answered with. */
export type Handler = (call: Call) => Promise<Answer>;

export interface GrpcProxy {
  readonly address: string;
  close(): Promise<void>;
}

/** Messages of Temporal are at most 4 MiB; a window of that size never stalls. */
const WINDOW = 8 * 1024 * 1024;

/** A proxy for unary gRPC calls without TLS, as a worker of Temporal makes them; `handle` sees each of them. */
export async function startGrpcProxy(target: string, handle: Handler): Promise<GrpcProxy> {
  const sessions = new Set<ServerHttp2Session>();
  const upstreams = new WeakMap<object, ClientHttp2Session>();
  const server = createServer({ settings: { initialWindowSize: WINDOW, maxConcurrentStreams: 1000 } });
  server.on('session', (session) => {
    sessions.add(session);
    // A connection of its own for each that comes in: who dies takes his own calls with him, and nobody waits for another's streams.
    const upstream = connect(`http://${target}`, { settings: { initialWindowSize: WINDOW } });
    upstream.setMaxListeners(0);
    upstream.on('error', () => undefined);
    upstreams.set(session, upstream);
    session.once('close', () => {
      sessions.delete(session);
      upstream.destroy();
    });
    // A killed worker is the purpose here.
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    const upstream = upstreams.get(stream.session!)!;
    relay(upstream, stream, headers, handle).catch(() => {
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function relay(upstream: ClientHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, handle: Handler) {
  const gone = new Promise<never>((_, reject) => stream.once('close', () => reject(new Error('the caller has gone'))));
  gone.catch(() => undefined);
  stream.on('error', () => undefined);
  const path = String(headers[':path']);
  const request = unframe(await Promise.race([collect(stream), gone]));
  const forward: Call['forward'] = async ({ method, request: changed = request, ended } = {}) => {
    const { [':authority']: _authority, 'grpc-accept-encoding': _compressed, 'grpc-encoding': _gzip, ...rest } = headers;
    const call = upstream.request({ ...rest, ':path': method ? path.replace(/[^/]+$/, method) : path });
    const cancel = (): void => call.close(constants.NGHTTP2_CANCEL);
    stream.once('close', cancel);
    ended?.addEventListener('abort', cancel);
    try {
      const answer = new Promise<Answer>((resolve, reject) => {
        let answered: IncomingHttpHeaders = {};
        let trailers: IncomingHttpHeaders = {};
        const chunks: Buffer[] = [];
        call.on('response', (found) => (answered = found));
        call.on('trailers', (found) => (trailers = found));
        call.on('data', (chunk: Buffer) => chunks.push(chunk));
        call.on('error', reject);
        call.on('close', () => {
          if (call.rstCode !== constants.NGHTTP2_NO_ERROR) return reject(new Error(`the call was ended (${call.rstCode})`));
          const body = Buffer.concat(chunks);
          resolve({ headers: answered, trailers, ...(body.length > 0 && { message: unframe(body) }) });
        });
      });
      call.end(frame(changed));
      return await answer;
    } finally {
      stream.off('close', cancel);
      ended?.removeEventListener('abort', cancel);
    }
  };
  const { message, headers: answered, trailers } = await handle({ method: path.split('/').at(-1)!, request, gone, forward });
  if (stream.closed) return;
  const { ':status': status = 200, 'content-type': type = 'application/grpc', ...others } = answered;
  if (message === undefined)
    return stream.respond({ ':status': status, 'content-type': type, ...others, ...trailers }, { endStream: true });
  stream.respond({ ':status': status, 'content-type': type }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(frame(message));
}

async function collect(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A flag (1 = gzip), the length in four bytes, the message. */
function unframe(body: Buffer): Buffer {
  const message = body.subarray(5);
  return body[0] === 1 ? gunzipSync(message) : message;
}

function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** An answer as the server gives it when all is well. */
export const answerOf = (message: Uint8Array): Answer => ({
  message: Buffer.from(message),
  headers: {},
  trailers: { 'grpc-status': '0' },
});
