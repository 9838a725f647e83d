import type { IncomingMessage } from 'node:http';
import { Ajv } from 'ajv';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { readBody, Refusal } from '../http/index.js';

/** Temporal takes messages of 4 MiB; as base64, and encrypted before (base64 in it, too), that is more. */
const LONGEST_BODY = 8 * 1024 * 1024;

const { Payloads } = proto.temporal.api.common.v1;

/** `Payloads` of Temporal's API as protobuf writes it in JSON: bytes are base64. */
interface PayloadsBody {
  payloads?: { metadata?: { [name: string]: string }; data?: string }[];
}

const isPayloadsBody = new Ajv().compile<PayloadsBody>({
  type: 'object',
  properties: {
    payloads: {
      type: 'array',
      items: {
        type: 'object',
        properties: { metadata: { type: 'object', additionalProperties: { type: 'string' } }, data: { type: 'string' } },
      },
    },
  },
});

/** Reads the payloads that somebody sends. Throws a `Refusal`: 415, 413, 400. */
export async function readPayloads(request: IncomingMessage): Promise<Payload[]> {
  const body = await readBody(request, isPayloadsBody, LONGEST_BODY);
  try {
    return Payloads.fromObject(body).payloads;
  } catch {
    throw new Refusal(400, 'the payloads are no base64');
  }
}

/** The same, to be sent back. */
export const payloadsBody = (payloads: Payload[]): object => Payloads.toObject(Payloads.fromObject({ payloads }), { bytes: String });
