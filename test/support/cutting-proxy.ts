import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/**
 * What the proxy does to a matching request: `lose-request` = it never arrives; `lose-answer` = it takes effect and the connection is cut
 * instead of the answer; `hold-answer` = it takes effect and the answer never comes; `pass` = nothing, `meanwhile` just learns of it.
 */
export type Cut = 'lose-request' | 'lose-answer' | 'hold-answer' | 'pass';

export interface CutOptions {
  /** Only requests whose first line matches; default: every one. */
  request?: RegExp;
  /** How many requests; default: one. */
  times?: number;
  /** Runs after the effect (or the loss) and before the caller learns of it. */
  meanwhile?: () => Promise<unknown>;
}

/** A TCP proxy in front of an HTTP server, for outages and for answers that are lost after the effect. */
export interface CuttingProxy {
  /** host:port to connect to. */
  readonly address: string;
  cut(kind: Cut, options?: CutOptions): void;
  /** Ends all connections and refuses new ones, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

interface ArmedCut extends Required<Omit<CutOptions, 'meanwhile'>> {
  kind: Cut;
  meanwhile?: (() => Promise<unknown>) | undefined;
}

/** Starts a proxy to `target` (host:port) on a free port of the loopback address. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const [host, port] = target.split(':') as [string, string];
  const armed: ArmedCut[] = [];
  const sockets = new Set<Socket>();

  const take = (chunk: Buffer): ArmedCut | undefined => {
    const firstLine = chunk.subarray(0, 2048).toString('latin1').split('\r\n', 1)[0] ?? '';
    if (!/ HTTP\/1\.\d$/.test(firstLine)) return undefined;
    const found = armed.find((cut) => cut.times > 0 && cut.request.test(firstLine));
    if (found) found.times--;
    return found;
  };
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A cut connection is the purpose here: its errors are seen by the two ends.
    socket.on('error', () => undefined);
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    track(client);
    track(upstream);
    let cut: ArmedCut | undefined;
    let ending = false;
    const end = async (): Promise<void> => {
      if (ending) return;
      ending = true;
      await cut?.meanwhile?.();
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (chunk: Buffer) => {
      cut ??= take(chunk);
      if (cut?.kind === 'pass') {
        void cut.meanwhile?.();
        cut = undefined;
      }
      if (cut?.kind === 'lose-request') void end();
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (cut === undefined) client.write(chunk);
      else if (cut.kind === 'lose-answer') void end();
    });
    client.once('close', () => upstream.destroy());
    // The server may close after each answer; while a cut is under way the caller must not learn of that.
    upstream.once('close', () => {
      if (cut === undefined) client.end();
    });
  });
  const listen = (onPort: number): Promise<void> => new Promise((resolve) => server.listen(onPort, '127.0.0.1', () => resolve()));
  await listen(0);
  const ownPort = (server.address() as AddressInfo).port;
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    address: `127.0.0.1:${ownPort}`,
    cut: (kind, { request = /^/, times = 1, meanwhile } = {}) => void armed.push({ kind, request, times, meanwhile }),
    down,
    up: () => listen(ownPort),
    close: down,
  };
}
