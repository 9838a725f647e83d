import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from './certificate.js';

/** What is answered at a path: a text, or whatever a handler writes. */
export type Page = string | ((request: IncomingMessage, response: ServerResponse) => void);

/** A real server of https on the loopback address, with a certificate of its own that nobody else trusts. */
export interface TlsHost {
  /** `localhost:<port>`. */
  host: string;
  /** Path of the PEM file with its authority. */
  authority: string;
  /** Path of the PEM file with its key. */
  key: string;
  /** By path. */
  pages: Map<string, Page>;
  /** Every request so far: method, path, headers. */
  asked: { method?: string; url?: string; headers: IncomingHttpHeaders }[];
  /** Serves the repositories below a folder, at `/git/<name>`, as git hosts do. */
  serveRepositories(folder: string): void;
  close(): Promise<void>;
}

export async function openTlsHost(): Promise<TlsHost> {
  const { key, authority, remove } = await makeCertificate();
  const pages = new Map<string, Page>();
  const asked: TlsHost['asked'] = [];
  let repositories: string | undefined;
  const server = createServer({ key: await readFile(key), cert: await readFile(authority) }, (request, response) => {
    const { method, url = '/', headers } = request;
    asked.push({ method, url, headers });
    const page = pages.get(url);
    if (typeof page === 'function') page(request, response);
    else if (page !== undefined) response.end(page);
    else if (repositories !== undefined && url.startsWith('/git/')) serveGit(repositories, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    authority,
    key,
    pages,
    asked,
    serveRepositories: (from) => (repositories = from),
    async close() {
      await closed(server);
      await remove();
    },
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Git's own server, as a CGI program. */
function serveGit(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').slice('/git'.length).split('?');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  let isBody = false;
  backend.stdout.on('data', (chunk: Buffer) => {
    if (isBody) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isBody = true;
    const headers = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ', 2) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1];
    response.writeHead(
      status === undefined ? 200 : Number.parseInt(status),
      Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
    );
    response.write(head.subarray(end + 4));
  });
  backend.on('close', () => response.end());
}
