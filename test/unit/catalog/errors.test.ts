import { describe, expect, it } from '@jest/globals';
import { asFailure, isAbsent, isLostRace } from '../../../catalog/errors.js';
import { Failure } from '../../../lifecycle/failures.js';

/** Errors as the SDK and Node throw them: name, HTTP status, network code. */
const answer = (name: string, httpStatusCode?: number): Error =>
  Object.assign(new Error('said by the store'), { name, $metadata: { httpStatusCode } });
const network = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

describe('errors of the object store', () => {
  it.each([
    [answer('AccessDenied', 403), 'AccessDenied'],
    [answer('SignatureDoesNotMatch', 403), 'AccessDenied'],
    [answer('XAdminUserNotFound', 404), 'AccessDenied'],
    [answer('InternalError', 500), 'SystemUnavailable'],
    [answer('ServiceUnavailable', 503), 'SystemUnavailable'],
    [answer('SlowDown', 503), 'SystemUnavailable'],
    [answer('TooManyRequests', 429), 'SystemUnavailable'],
    [answer('RequestTimeout', 400), 'SystemUnavailable'],
    [answer('TimeoutError'), 'SystemUnavailable'],
    [network('ECONNREFUSED'), 'SystemUnavailable'],
    [network('ECONNRESET'), 'SystemUnavailable'],
    [network('ENOTFOUND'), 'SystemUnavailable'],
    [new Error('aborted'), 'SystemUnavailable'],
    [answer('NoSuchBucket', 404), 'SystemRefused'],
    [answer('PermanentRedirect', 301), 'SystemRefused'],
    [answer('EntityTooLarge', 400), 'SystemRefused'],
  ])('%s becomes %s, with the endpoint and what was tried', (error, type) => {
    const failure = asFailure(error, 'S3 at http://127.0.0.1:1', 'read products/x');
    expect(failure).toMatchObject({ type, message: expect.stringMatching(/127\.0\.0\.1:1.*read products\/x/) });
  });

  it('tells an absent object from everything else that is answered with 404', () => {
    expect(isAbsent(answer('NoSuchKey', 404))).toBe(true);
    expect(isAbsent(answer('NotFound', 404))).toBe(true);
    expect(isAbsent(answer('NoSuchBucket', 404))).toBe(false);
    expect(isAbsent(answer('XAdminUserNotFound', 404))).toBe(false);
    expect(isAbsent(network('ECONNRESET'))).toBe(false);
  });

  it('knows a lost race', () => {
    expect(isLostRace(answer('PreconditionFailed', 412))).toBe(true);
    expect(isLostRace(answer('ConditionalRequestConflict', 409))).toBe(true);
    expect(isLostRace(answer('BucketAlreadyExists', 409))).toBe(false);
  });

  it('passes failures on and keeps no field of the request in the cause', () => {
    const own = new Failure('NotFound', 'x');
    expect(asFailure(own, 's', 'a')).toBe(own);
    const leaky = Object.assign(answer('InvalidAccessKeyId', 403), { AWSAccessKeyId: 'canary' });
    expect(JSON.stringify(asFailure(leaky, 's', 'a').cause, Object.getOwnPropertyNames(leaky))).not.toContain('canary');
  });
});
