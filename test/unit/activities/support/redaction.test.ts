import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor, MASK } from '../../../../activities/support/redaction.js';

/** Characters that are not in the mask, so that a find in the output is a real one. */
const secret = fc.string({ unit: fc.constantFrom(...'XYZ0189+/&%<>"\\ \nüß€😀:=?'), minLength: 4, maxLength: 30 });
const surrounding = fc.string({ maxLength: 30 });

describe('redactor', () => {
  it('leaves no learnt value in any text, whatever stands around it and however often it occurs', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.array(surrounding, { minLength: 1, maxLength: 5 }),
        (secrets, texts) => {
          const redactor = createRedactor();
          secrets.forEach((value) => redactor.learn(value));
          const text = texts.map((part, index) => part + secrets[index % secrets.length]).join('');
          const redacted = redactor.text(text);
          for (const value of secrets) expect(redacted).not.toContain(value);
        },
      ),
    );
  });

  it('knows a value in each of the forms that tools write it in', () => {
    fc.assert(
      fc.property(secret, (value) => {
        const redactor = createRedactor();
        redactor.learn(value);
        const forms = [
          JSON.stringify({ value }),
          JSON.stringify(JSON.stringify({ value })),
          `https://host/?q=${encodeURIComponent(value)}`,
          new URLSearchParams({ value }).toString(),
          Buffer.from(value).toString('base64'),
          Buffer.from(value).toString('base64url'),
        ];
        for (const form of forms) expect(redactor.text(form)).toContain(MASK);
      }),
    );
  });

  it.each(['u', 'us', 'user', 'a-longer-name'])('finds a password inside basic authorisation of %s', (user) => {
    const redactor = createRedactor();
    redactor.learn('correct-horse-battery');
    const header = Buffer.from(`${user}:correct-horse-battery!`).toString('base64');
    const redacted = redactor.text(`Authorization: Basic ${header}`);
    expect(redacted).toContain(MASK);
    const rest = redacted.replace('Authorization: Basic ', '').replace(MASK, '');
    expect(Buffer.from(rest, 'base64').toString()).not.toContain('horse');
  });

  it('finds a value as Go escapes it, as Terraform does', () => {
    const redactor = createRedactor();
    redactor.learn('a<b>&c"d');
    expect(redactor.text('{"password":"a\\u003cb\\u003e\\u0026c\\"d"}')).toBe(`{"password":"${MASK}"}`);
  });

  it('finds a single line of a key of many lines', () => {
    const redactor = createRedactor();
    redactor.learn('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n');
    expect(redactor.text('  MIIEvQIBADANBg')).toBe(`  ${MASK}`);
    expect(redactor.text('-----BEGIN PRIVATE KEY-----')).toContain('BEGIN');
  });

  it('replaces overlapping secrets as one and keeps all other text', () => {
    const redactor = createRedactor();
    redactor.learn('abcdXY');
    redactor.learn('XYefgh');
    expect(redactor.text('<abcdXYefgh> and <abcdXY>')).toBe(`<${MASK}> and <${MASK}>`);
    expect(redactor.text('nothing here')).toBe('nothing here');
  });

  it('walks values, keys and numbers of JSON and leaves the input alone', () => {
    const redactor = createRedactor();
    redactor.learn('s3cret');
    redactor.learn('424242');
    const input = { list: ['x s3cret', 424242, 1, null, true], 's3cret key': { deep: 's3cret' } };
    expect(redactor.value(input)).toEqual({ list: [`x ${MASK}`, MASK, 1, null, true], [`${MASK} key`]: { deep: MASK } });
    expect(input.list[0]).toBe('x s3cret');
    const hostile = redactor.value(JSON.parse('{"__proto__":{"polluted":"s3cret"}}') as object);
    expect(JSON.stringify(hostile)).toBe(`{"__proto__":{"polluted":"${MASK}"}}`);
  });

  it('refuses a value that is too short and does not repeat it', () => {
    const redactor = createRedactor();
    expect(() => redactor.learn('q7z')).toThrow(/at least 4 characters/);
    expect(() => redactor.learn('q7z')).not.toThrow(/q7z/);
  });
});
