import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import { createEncryptionKey, encryptingCodec, isEncrypted, readEncryptionKey, UnreadablePayload } from '../../../encryption/index.js';

const newKey = () => readEncryptionKey(createEncryptionKey());
const written = (payloads: Payload[]): string => payloads.map(({ data }) => Buffer.from(data!).toString('latin1')).join();

/** Proves that what Temporal keeps can be read with its key only, also after a rotation, and that a change of it is noticed. */
describe('the codec', () => {
  const secret = { person: 'ann@example.org', comment: 'because of the merger' };
  const payloads = [secret, 'text', undefined, null, new Uint8Array([0, 255, 128]), randomBytes(300_000).toString('hex')].map((value) =>
    defaultPayloadConverter.toPayload(value),
  );

  it('gives back every payload as it was, with all of its metadata', async () => {
    const codec = encryptingCodec({ current: newKey(), former: [] });
    const encoded = await codec.encode(payloads);
    expect(encoded.every(isEncrypted)).toBe(true);
    expect(written(encoded)).not.toContain('merger');
    const decoded = await codec.decode(encoded);
    expect(decoded.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual(
      payloads.map((payload) => defaultPayloadConverter.fromPayload(payload)),
    );
    expect(decoded.map(({ metadata }) => Object.keys(metadata!))).toEqual(payloads.map(({ metadata }) => Object.keys(metadata!)));
  });

  it('writes the same in another way each time', async () => {
    const codec = encryptingCodec({ current: newKey(), former: [] });
    const [one, other] = await codec.encode([payloads[1]!, payloads[1]!]);
    expect(written([one!])).not.toBe(written([other!]));
  });

  it('reads what was written with a key of before, and writes with the one of today', async () => {
    const [before, today] = [newKey(), newKey()];
    const [old] = await encryptingCodec({ current: before, former: [] }).encode([payloads[0]!]);
    const rotated = encryptingCodec({ current: today, former: [before] });
    expect(defaultPayloadConverter.fromPayload((await rotated.decode([old!]))[0]!)).toEqual(secret);
    const [fresh] = await rotated.encode([payloads[0]!]);
    await expect(encryptingCodec({ current: before, former: [] }).decode([fresh!])).rejects.toThrow(
      `encrypted with the key ${today.id}, which is not here`,
    );
  });

  it('reads what was never encrypted, and what was while it is turned off', async () => {
    const key = newKey();
    const encoded = await encryptingCodec({ current: key, former: [] }).encode(payloads);
    const off = encryptingCodec({ former: [key] });
    expect(await off.encode(payloads)).toEqual(payloads);
    expect(await off.decode(payloads)).toEqual(payloads);
    expect(defaultPayloadConverter.fromPayload((await off.decode(encoded))[0]!)).toEqual(secret);
  });

  it('does not encrypt what is encrypted', async () => {
    const codec = encryptingCodec({ current: newKey(), former: [] });
    const encoded = await codec.encode(payloads);
    expect(await codec.encode(encoded)).toEqual(encoded);
  });

  it('notices every change of a byte', async () => {
    const codec = encryptingCodec({ current: newKey(), former: [] });
    const [encoded] = await codec.encode([payloads[1]!]);
    const { data } = encoded!;
    for (let at = 0; at < data!.length; at += 1) {
      const changed = Uint8Array.from(data!);
      // Another letter of base64url with other bits in front: the last bits of a last letter are nobody's.
      changed[at] = changed[at] === 65 ? 113 : 65;
      if (changed[at] === data![at]) continue;
      await expect(codec.decode([{ ...encoded!, data: changed }])).rejects.toThrow(UnreadablePayload);
    }
    await expect(codec.decode([{ ...encoded!, data: data!.slice(0, -4) }])).rejects.toThrow(UnreadablePayload);
    await expect(codec.decode([{ metadata: encoded!.metadata }])).rejects.toThrow(UnreadablePayload);
  });

  it('does not obey a payload that wants to be read otherwise', async () => {
    const codec = encryptingCodec({ current: newKey(), former: [] });
    const [encoded] = await codec.encode([payloads[1]!]);
    const [, ...rest] = Buffer.from(encoded!.data!).toString().split('.');
    for (const header of [{ alg: 'none' }, { alg: 'dir', enc: 'A128CBC-HS256' }, { alg: 'A256KW', enc: 'A256GCM' }]) {
      const forged = [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
      await expect(codec.decode([{ ...encoded!, data: Buffer.from(forged) }])).rejects.toThrow(UnreadablePayload);
    }
  });
});
