import { describe, expect, it } from '@jest/globals';
import { terraformFailure } from '../../../../../activities/executors/terraform/diagnostics.js';

const failure = (summary: string, detail = '', address?: string) =>
  terraformFailure('apply the plan', [{ severity: 'error', summary, detail, ...(address ? { address } : {}) }], (text) =>
    text.replaceAll('pa55word', '[redacted]'),
  );

/** Proves which failure of the catalogue each kind of trouble becomes, and that the message is short and redacted. */
describe('failures of Terraform', () => {
  it.each([
    ['StateLocked', 'Error acquiring the state lock', 'api error PreconditionFailed'],
    ['TerraformInterrupted', 'Saved plan is stale', ''],
    ['TerraformInterrupted', 'execution halted', ''],
    ['AccessDenied', 'Error refreshing state', 'operation error S3: GetObject, StatusCode: 403, AccessDenied'],
    ['SystemUnavailable', 'Error refreshing state', 'dial tcp 127.0.0.1:1: connect: connection refused'],
    ['SystemUnavailable', 'kafka: client has run out of available brokers to talk to', ''],
    ['SystemUnavailable', 'kafka: broker not connected', ''],
    ['SystemUnavailable', 'kafka: controller is not available', ''],
    ['SystemUnavailable', 'kafka server: The server disconnected before a response was received', ''],
    ['SystemUnavailable', 'kafka server: Request exceeded the user-specified time limit in the request', ''],
    ['TerraformFailed', 'kafka server: Replication-factor is invalid', ''],
    ['TerraformFailed', 'kafka server: Topic with this name already exists', ''],
    ['TerraformFailed', 'Invalid value for variable', 'A number is required.'],
  ])('%s: %s', (type, summary, detail) => {
    expect(failure(summary, detail)).toMatchObject({ type });
  });

  it('says who holds a lock', () => {
    const detail =
      'api error PreconditionFailed\nLock Info:\n  ID:        abc\n  Path:      b/k\n  Operation: OperationTypeApply\n  Who:       me@host\n  Created:   today\n';
    expect(failure('Error acquiring the state lock', detail).message).toBe(
      'Terraform could not apply the plan: the state is locked by me@host since today (lock abc)',
    );
  });

  it('names the resource, cuts long details and hides secrets', () => {
    const { message } = failure('No', `pa55word ${'x'.repeat(1000)}`, 'kafka_topic.a');
    expect(message).toContain('kafka_topic.a: No: [redacted]');
    expect(message.length).toBeLessThan(500);
  });

  it('takes a death without a word as an interruption', () => {
    expect(terraformFailure('plan', [], String, 'SIGKILL')).toMatchObject({ type: 'TerraformInterrupted', retry: true });
  });
});
