import { describe, expect, it } from '@jest/globals';
import { isTransient, readAnswer } from '../../../../../activities/executors/ksqldb/answer.js';

const notWritten = (cause: string): string =>
  `Could not write the statement 'CREATE STREAM timeout AS SELECT * FROM "a timed out b";' into the command topic.\nCaused by: ${cause}`;

/** Proves what is worth another try; the texts that are marked are those of a real server. */
describe('an error of ksqlDB', () => {
  it.each<[number, string]>([
    // l2
    [50000, notWritten('Timeout while waiting for command topic consumer to process command\n\ttopic')],
    // l1b
    [50000, notWritten('There is a newer producer with the same transactionalId which fences\n\tthe current one.')],
    [50000, 'Failed to guarantee existence of topic a\nCaused by: Timed out waiting for a node assignment. Call: createTopics'],
    [50000, 'org.apache.kafka.common.errors.TimeoutException: Call(callName=listTopics) '],
    // f5
    [40001, 'Could not register schema for topic: Could not register schema for topic: Connection refused'],
    [
      40001,
      'Could not get latest schema for subject trip-events-value\nCaused by: Could not connect to the server. Please check the server',
    ],
    [41700, 'Cannot check schema existence: Connection refused'],
    [40000, 'Schema registry fetch for topic value request failed for topic: a\nCaused by: Connection refused'],
    [40001, 'Could not register schema for topic: Could not register schema for topic: Error in the backend data store; error code: 50001'],
    // j2
    [50302, 'KSQL is not yet ready to serve requests.'],
  ])('may pass: %i %s', (code, message) => {
    expect(isTransient({ code, message })).toBe(true);
  });

  it.each<[number, string]>([
    // f3, with another name
    [50000, "A Kafka topic with the name 'payment-timeouts' already exists, with different partition/replica/retention configuration"],
    [50000, "A Kafka topic with the name 'timeout' already exists, with different partition/replica/retention configuration"],
    [50000, 'A Kafka topic with the name payments.timeout already exists'],
    // g2
    [50000, notWritten('Cannot alter system configs when KSQL_SHARED_RUNTIME_ENABLED is\n\tturned off.')],
    // f1
    [
      40001,
      'Could not register schema for topic: Could not register schema for topic: Schema being registered is incompatible; error code: 409',
    ],
    [40001, 'SELECT column TIMEOUT cannot be resolved.'],
    // g3
    [41700, 'Topic missing does not exist'],
  ])('stays: %i %s', (code, message) => {
    expect(isTransient({ code, message })).toBe(false);
  });

  it('is not what a proxy says: that may pass, or is somebody else at the address', () => {
    const page = '<html><body>Bad Gateway</body></html>';
    for (const status of [500, 503, 429])
      expect(() => readAnswer(page, status, 'x')).toThrow(expect.objectContaining({ type: 'SystemUnavailable' }));
    for (const status of [200, 400, 404])
      expect(() => readAnswer(page, status, 'x')).toThrow(expect.objectContaining({ type: 'SystemRefused' }));
  });
});
