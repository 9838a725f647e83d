import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived at an endpoint. */
export interface Arrived {
  method: string;
  path: string;
  authorization: string;
  type: string;
  body: { [name: string]: unknown };
}

export interface Answer {
  status?: number;
  headers?: { [name: string]: string };
  /** Sent as JSON; text as it is. */
  body: object | string;
}

/** An HTTP server on this machine that notes what arrives, and answers as the test says. */
export class EndpointServer {
  readonly arrived: Arrived[] = [];

  private constructor(
    private readonly server: Server,
    public answer: (arrived: Arrived) => Answer | Promise<Answer>,
  ) {}

  static async open(answer: EndpointServer['answer']): Promise<EndpointServer> {
    const server = createServer();
    const endpoint = new EndpointServer(server, answer);
    server.on('request', (request, response) => {
      void (async () => {
        const arrived = await read(request);
        endpoint.arrived.push(arrived);
        const { status = 200, headers = {}, body } = await endpoint.answer(arrived);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function read(request: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization = '', 'content-type': type = '' } = request.headers;
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Arrived['body'];
  return { method: request.method ?? '', path: request.url ?? '', authorization, type, body };
}
