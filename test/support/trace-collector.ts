import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As OTLP has it in JSON (opentelemetry-proto, trace/v1), flat. */
export interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number; message?: string };
  links: { traceId: string; spanId: string }[];
  attributes: { [name: string]: string | number };
  /** Of whoever has sent it. */
  resource: { [name: string]: string | number };
}

interface Value {
  stringValue?: string;
  intValue?: number;
}
type Written = { key: string; value: Value }[];
interface Sent {
  resourceSpans: {
    resource: { attributes: Written };
    scopeSpans: { spans: (Omit<Span, 'attributes' | 'resource' | 'links'> & { attributes: Written; links?: Span['links'] })[] }[];
  }[];
}

/** Takes traces as a collector does, over HTTP as JSON. */
export interface TraceCollector {
  url: string;
  spans: Span[];
  /** Headers of the newest request. */
  headers: NodeJS.Dict<string | string[]>;
  /** All that was sent, as it came. */
  text: string;
  close(): Promise<void>;
}

export async function openTraceCollector(): Promise<TraceCollector> {
  const collector: Omit<TraceCollector, 'url' | 'close'> = { spans: [], headers: {}, text: '' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      collector.text += text;
      collector.headers = request.headers;
      collector.spans.push(...spansIn(JSON.parse(text) as Sent));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(collector, { url, close });
}

const spansIn = ({ resourceSpans }: Sent): Span[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        links: span.links ?? [],
        attributes: flat(span.attributes),
        resource: flat(resource.attributes),
      })),
    ),
  );

const flat = (attributes: Written): { [name: string]: string | number } =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? '?']));
