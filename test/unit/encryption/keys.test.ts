import { describe, expect, it } from '@jest/globals';
import { createEncryptionKey, readEncryptionKey, UnusableEncryptionKey } from '../../../encryption/index.js';

/** Proves that only 32 bytes are a key, that its name says nothing about it, and that what is wrong is told without it. */
describe('a key', () => {
  it('is read as it was made, whatever blank is around it, and has one name', () => {
    const text = createEncryptionKey();
    const { id, bytes } = readEncryptionKey(`${text}\n`);
    expect(Buffer.from(bytes).toString('base64')).toBe(text);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(readEncryptionKey(text).id).toBe(id);
    expect(readEncryptionKey(createEncryptionKey()).id).not.toBe(id);
  });

  it.each([
    ['is too short', Buffer.alloc(16, 'half a key').toString('base64')],
    ['is too long', Buffer.alloc(48, 'half a key').toString('base64')],
    ['is a password', 'correct horse battery staple, and then some more'],
    ['is empty', ''],
    ['is one byte again and again', Buffer.alloc(32).toString('base64')],
    ['is of another alphabet', Buffer.alloc(32, '\xfb\xff').toString('base64url')],
  ])('is refused when it %s, without being shown', (_, text) => {
    let failed: unknown;
    try {
      readEncryptionKey(text);
    } catch (error) {
      failed = error;
    }
    expect(failed).toBeInstanceOf(UnusableEncryptionKey);
    if (text) expect(String(failed)).not.toContain(text);
  });
});
