import type { IncomingMessage } from 'node:http';
import type { ValidateFunction } from 'ajv';
import { Refusal } from './refusal.js';

/**
 * Reads a JSON body of a known shape.
 * @param longest in bytes
 * @throws Refusal 415, 413, 400
 */
export async function readBody<T>(request: IncomingMessage, isWellFormed: ValidateFunction<T>, longest: number): Promise<T> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/json *(;|$)/i.test(type) || encoding !== 'identity')
    throw new Refusal(415, 'the body has to be application/json, as it is');
  const json = parsed(await bytesOf(request, longest));
  if (isWellFormed(json)) return json;
  const faults = (isWellFormed.errors ?? []).map(({ instancePath, message, params }) => {
    const unknown = (params as { additionalProperty?: string }).additionalProperty;
    return `${instancePath === '' ? 'the body' : instancePath.slice(1)} ${message}${unknown === undefined ? '' : `: ${unknown.slice(0, 40)}`}`;
  });
  throw new Refusal(400, faults.join('; '));
}

async function bytesOf(request: IncomingMessage, longest: number): Promise<string> {
  const tooLong = new Refusal(413, `the body is longer than ${longest} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > longest) throw tooLong;
  const chunks: Buffer[] = [];
  let length = 0;
  // Destroyed, it would take the connection with it, and nobody would read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) throw tooLong;
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
