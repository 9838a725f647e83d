import { afterEach, describe, expect, it } from '@jest/globals';
import { uiUrlOf } from '../../../client/ui-url.js';

describe('links into the Temporal UI', () => {
  afterEach(() => {
    delete process.env['TEMPORAL_UI_URL'];
  });

  it.each([
    ['127.0.0.1:7233', undefined, 'http://127.0.0.1:8233/namespaces/one'],
    ['localhost:7233', '', 'http://127.0.0.1:8233/namespaces/one'],
    ['one.a1b2c.tmprl.cloud:7233', undefined, 'https://cloud.temporal.io/namespaces/one'],
    ['eu-central-1.aws.api.temporal.io:7233', undefined, 'https://cloud.temporal.io/namespaces/one'],
    ['temporal.example.org:7233', undefined, '$TEMPORAL_UI_URL/namespaces/one'],
    ['temporal.example.org:7233', 'https://ui.example.org/', 'https://ui.example.org/namespaces/one'],
    ['temporal.example.org:7233', 'https://ui.example.org/namespaces/other', 'https://ui.example.org/namespaces/one'],
  ])('of a server at %s with TEMPORAL_UI_URL %s begin with %s: never with a place that nobody named', (address, variable, expected) => {
    if (variable !== undefined) process.env['TEMPORAL_UI_URL'] = variable;
    expect(uiUrlOf({ address, namespace: 'one' })).toBe(expected);
  });
});
