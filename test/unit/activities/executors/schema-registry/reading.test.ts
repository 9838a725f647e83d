import { describe, expect, it } from '@jest/globals';
import { judgeReading } from '../../../../../activities/executors/schema-registry/reading.js';
import type { WantedSubject } from '../../../../../activities/executors/schema-registry/wanted.js';
import { Failure } from '../../../../../lifecycle/failures.js';

const record = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'Trip', namespace: 'org.test', fields });
const id = { name: 'tripId', type: 'string' };
const speed = { name: 'speed', type: 'double' };
const reader = (schema: string, schemaType: WantedSubject['document']['schemaType'] = 'AVRO'): WantedSubject => ({
  subject: 's',
  document: { schema, schemaType },
  owner: 'inputPort',
  checkOnly: true,
  judged: true,
});
const written = (...schemas: string[]) => ({
  s: {
    subject: 's',
    live: schemas.map((schema, at) => ({ subject: 's', version: at + 1, id: at + 10, schema, schemaType: 'AVRO' as const })),
    softDeleted: [],
    own: [],
  },
});
const judged = (...args: Parameters<typeof judgeReading>): unknown => {
  try {
    return judgeReading(...args);
  } catch (error) {
    return error;
  }
};

/** Proves that an input of somebody else's is judged by what this product has to read, whatever level its owner has set. */
describe('the schema of an input that others write', () => {
  it('reads versions with more fields, and such without a field that has a default', () => {
    expect(judged(reader(record(id)), written(record(id), record(id, speed)))).toBeUndefined();
    expect(judged(reader(record(id, { ...speed, default: 0 })), written(record(id)))).toBeUndefined();
    expect(judged(reader(record(id, { ...speed, name: 'pace', default: 0 })), written(record(id, speed)))).toBeUndefined();
  });

  it('names each version that it cannot read, and why', () => {
    const error = judged(reader(record(id, speed)), written(record(id, speed), record(id), record(id, { ...speed, type: 'string' })));
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({
      type: 'SchemaIncompatible',
      details: { subject: 's', faults: [expect.any(String), expect.any(String)] },
    });
    expect((error as Failure).message).toMatch(/cannot read what is written under s: version 2: .*speed.*\. version 3: .*speed/);
  });

  it('says nothing of what it cannot judge: nothing registered, references, another language', () => {
    expect(judged(reader(record(id)), {})).toBeUndefined();
    const state = written(record(id));
    Object.assign(state.s.live[0]!, { references: [{ name: 'a', subject: 'b', version: 1 }] });
    expect(judged(reader(record(id, speed)), state)).toBeUndefined();
    expect(judged(reader('{"type":"object"}', 'JSON'), written(record(id)))).toBeUndefined();
  });
});
