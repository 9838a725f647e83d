import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { isEncrypted } from '../encryption/index.js';
import { Failure } from '../lifecycle/failures.js';
import { safeAddress, whyNoAnswer } from './safe-address.js';

/** Where payloads are encrypted and decrypted (Temporal's TEMPORAL_CODEC_ENDPOINT, TEMPORAL_CODEC_AUTH). */
export interface CodecSettings {
  endpoint: string;
  /** The header `Authorization`, whole. Left out: `authorization` is asked. */
  auth?: string;
}

const ANSWER_TIMEOUT_MS = 30_000;
const NAMED_BY = 'TEMPORAL_CODEC_ENDPOINT';
const { Payloads } = proto.temporal.api.common.v1;

/**
 * Has a codec server do it (https://docs.temporal.io/codec-server), as the `temporal` command does: keys stay where they are. Its calls throw
 * `SystemUnavailable`, `AccessDenied`, `SystemRefused`; this one `InvalidInput` for an address that is none, or not safe.
 * @param authorization what the header says where the settings do not
 */
export function remoteCodec(
  { endpoint, auth }: CodecSettings,
  namespace: string,
  authorization: () => Promise<string | undefined>,
): PayloadCodec {
  const base = safeAddress(endpoint.replaceAll('{namespace}', encodeURIComponent(namespace)), 'codec server');
  if (auth !== undefined && !/^[\x20-\x7e]+$/.test(auth))
    throw new Failure('InvalidInput', 'TEMPORAL_CODEC_AUTH is not one line of visible characters');
  const ask = async (verb: 'encode' | 'decode', payloads: Payload[]): Promise<Payload[]> => {
    const told = auth ?? (await authorization());
    const response = await fetch(`${base}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-namespace': namespace, ...(told !== undefined && { authorization: told }) },
      body: JSON.stringify(Payloads.toObject(Payloads.fromObject({ payloads }), { bytes: String })),
      // Wherever it leads: what is sent is for this address.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    }).catch((cause: Error) => {
      throw new Failure('SystemUnavailable', `the codec server ${base} does not answer: ${whyNoAnswer(cause, ANSWER_TIMEOUT_MS)}`, {
        next: `Correct ${NAMED_BY} or start the worker that serves it, then run the command again.`,
      });
    });
    if (!response.ok) throw await refusal(base, response);
    return payloadsOf(base, await response.json().catch(() => undefined), payloads.length);
  };
  return {
    encode: (payloads) => (payloads.length === 0 ? Promise.resolve(payloads) : ask('encode', payloads)),
    decode: async (payloads) => {
      if (!payloads.some(isEncrypted)) return payloads;
      const decoded = await ask('decode', payloads);
      if (decoded.some(isEncrypted))
        throw new Failure('AccessDenied', `the codec server ${base} cannot read what is encrypted here: it does not have the key`);
      return decoded;
    },
  };
}

/** Where no codec server is named: what is encrypted says so, instead of being no JSON. */
export const noCodec: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => {
    if (!payloads.some(isEncrypted)) return Promise.resolve(payloads);
    throw new Failure('AccessDenied', 'what Temporal keeps here is encrypted, and no codec server is named', {
      next: `Name the one of the platform: ${NAMED_BY}.`,
    });
  },
};

async function refusal(base: string, response: Response): Promise<Failure> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: { message?: unknown } };
  const why = typeof error?.message === 'string' ? error.message.slice(0, 500) : `it answered ${response.status}`;
  if (response.status === 401 || response.status === 403)
    return new Failure('AccessDenied', `the codec server ${base} refuses: ${why}`, {
      next: 'Say who you are: TEMPORAL_CODEC_AUTH ("Bearer ..."), or, on the host of STEWARD_ENDPOINT, a token as for all of steward (STEWARD_TOKEN, STEWARD_TOKEN_FROM).',
    });
  return new Failure(response.status >= 500 ? 'SystemUnavailable' : 'SystemRefused', `the codec server ${base} refuses: ${why}`);
}

function payloadsOf(base: string, answer: unknown, wanted: number): Payload[] {
  try {
    const { payloads } = Payloads.fromObject(answer as { [member: string]: unknown });
    if (payloads.length === wanted) return payloads;
  } catch {
    // As for any other answer that is none.
  }
  throw new Failure('SystemRefused', `${base} answered without the payloads: it is no codec server`);
}
