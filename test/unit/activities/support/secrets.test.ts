import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRedactor, MASK } from '../../../../activities/support/redaction.js';
import { createSecrets } from '../../../../activities/support/secrets.js';
import type { SecretRef } from '../../../../lifecycle/environment.js';
import { Failure } from '../../../../lifecycle/failures.js';

describe('secrets', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'steward-secrets-'));
    process.env['STEWARD_TEST_SECRET'] = 'value-of-env';
    process.env['STEWARD_TEST_SHORT'] = 'q7z';
    process.env['STEWARD_TEST_EMPTY'] = '';
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    for (const name of ['SECRET', 'SHORT', 'EMPTY']) delete process.env[`STEWARD_TEST_${name}`];
  });

  it('resolves both kinds of reference and teaches the redactor', () => {
    const redactor = createRedactor();
    const secret = createSecrets(redactor);
    writeFileSync(join(folder, 'password'), 'value-of-file\n');
    expect(secret('env:STEWARD_TEST_SECRET')).toBe('value-of-env');
    expect(secret(`file:${join(folder, 'password')}`)).toBe('value-of-file');
    expect(redactor.text('value-of-env, value-of-file')).toBe(`${MASK}, ${MASK}`);
  });

  it('reads a rotated file anew', () => {
    const secret = createSecrets(createRedactor());
    const path = join(folder, 'rotated');
    writeFileSync(path, 'first-value');
    expect(secret(`file:${path}`)).toBe('first-value');
    writeFileSync(path, 'second-value');
    expect(secret(`file:${path}`)).toBe('second-value');
  });

  it.each([
    ['env:STEWARD_TEST_MISSING', 'AccessDenied', /env:STEWARD_TEST_MISSING/],
    ['env:STEWARD_TEST_EMPTY', 'AccessDenied', /env:STEWARD_TEST_EMPTY is empty/],
    ['env:STEWARD_TEST_SHORT', 'InvalidInput', /env:STEWARD_TEST_SHORT.*at least 4/],
    ['file:/does/not/exist', 'AccessDenied', /file:\/does\/not\/exist.*ENOENT/],
    ['file:relative/path', 'InvalidInput', /absolute/],
    ['hunter2-itself', 'InvalidInput', /env:NAME or file:/],
    ['', 'InvalidInput', /env:NAME or file:/],
  ])('says what is wrong with %s and shows no value', (ref, type, message) => {
    const resolve = (): string => createSecrets(createRedactor())(ref as SecretRef);
    const failure = caught(resolve);
    expect(failure.type).toBe(type);
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toMatch(/q7z|hunter2/);
  });
});

function caught(call: () => unknown): Failure {
  try {
    call();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('no Failure was thrown');
}
