import type { IncomingMessage } from 'node:http';
import type { ValidateFunction } from 'ajv';
import { Refusal } from './refusal.js';

/** A decision has some hundred bytes; a request's input has no descriptor in it (it is named by digest). */
const LONGEST_BODY = 32 * 1024;

/** Reads a JSON body of a known shape. Throws a `Refusal`: 415, 413, 400. */
export async function readBody<T>(request: IncomingMessage, isWellFormed: ValidateFunction<T>): Promise<T> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/json *(;|$)/i.test(type) || encoding !== 'identity')
    throw new Refusal(415, 'the body has to be application/json, as it is');
  const json = parsed(await bytesOf(request));
  if (isWellFormed(json)) return json;
  const faults = (isWellFormed.errors ?? []).map(({ instancePath, message, params }) => {
    const unknown = (params as { additionalProperty?: string }).additionalProperty;
    return `${instancePath === '' ? 'the body' : instancePath.slice(1)} ${message}${unknown === undefined ? '' : `: ${unknown.slice(0, 40)}`}`;
  });
  throw new Refusal(400, faults.join('; '));
}

async function bytesOf(request: IncomingMessage): Promise<string> {
  const tooLong = new Refusal(413, `the body is longer than ${LONGEST_BODY} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > LONGEST_BODY) throw tooLong;
  const chunks: Buffer[] = [];
  let length = 0;
  // Destroyed, it would take the connection with it, and nobody would read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw tooLong;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is no JSON');
  }
}
