import { asks, breaks, harmless, type ChangeRule } from './rule.js';

/** Payload schemas. `output`: the product writes, consumers with the old schema read. `input`: others write, the product reads with the new one. */
export const payloadRules = {
  C34: {
    title: 'a field is added that may be missing',
    reason: 'old readers pass over it, new readers have a default for old records',
    example: 'note: ["null", "string"], default null',
    cases: {
      output: harmless('minor', 'consumers read'),
      closed: breaks('major', 'consumers read, and the old schema forbids unknown fields'),
      input: harmless('minor', 'the product reads'),
    },
  },
  C35: {
    title: 'a field is added that must be there',
    reason: 'records written before do not have it',
    example: 'note: "string"',
    judgement: true,
    cases: {
      output: asks('minor', 'consumers read: a replay of old records breaks'),
      closed: breaks('major', 'consumers read, and the old schema forbids unknown fields'),
      input: breaks('major', 'the product reads: its sources do not send it'),
    },
  },
  C36: {
    title: 'a field is removed that may be missing',
    reason: 'every registry lets it pass, and readers silently get the default in place of the value',
    example: 'vehicle: string, default "" is gone',
    judgement: true,
    cases: {
      output: breaks('major', 'consumers read'),
      deprecated: asks('major', 'consumers read, and the field was marked as deprecated'),
      input: harmless('minor', 'the product reads: it passes over the field'),
      closed: breaks('major', 'the product reads, and the new schema forbids unknown fields'),
    },
  },
  C37: {
    title: 'a field is removed that was always there',
    reason: 'old readers cannot read new records; BACKWARD of a registry lets it pass',
    example: 'tripStatus: string is gone',
    cases: {
      output: breaks('major', 'consumers read'),
      input: harmless('minor', 'the product reads: it passes over the field'),
      closed: breaks('major', 'the product reads, and the new schema forbids unknown fields'),
    },
  },
  C38: {
    title: 'a field is renamed',
    reason: 'an alias helps the new reader alone: old readers look for the old name',
    example: 'tripStatus → status',
    judgement: true,
    cases: {
      output: breaks('major', 'consumers read'),
      input: breaks('major', 'the product reads, without an alias for the old name'),
      alias: harmless('minor', 'the product reads, with an alias for the old name'),
    },
  },
  C39: {
    title: 'a type becomes wider, or another',
    reason: 'old readers cannot hold the new values',
    example: 'int → long',
    cases: {
      output: breaks('major', 'consumers read'),
      input: harmless('minor', 'the product reads, and understands both'),
      other: breaks('major', 'neither side understands the other'),
    },
  },
  C40: {
    title: 'a type becomes narrower',
    reason: 'records written before do not fit any more',
    example: 'long → int',
    judgement: true,
    cases: {
      output: asks('major', 'consumers read: a replay of old records breaks'),
      input: breaks('major', 'the product reads: its sources send more than that'),
    },
  },
  C41: {
    title: 'a value may now be null',
    reason: 'old readers do not expect null',
    example: '"string" → ["null", "string"]',
    cases: { output: breaks('major', 'consumers read'), input: harmless('minor', 'the product reads') },
  },
  C42: {
    title: 'a symbol or value is added to an enumeration',
    reason: 'old readers do not know it; every registry lets it pass in BACKWARD',
    example: 'CANCELLED is new',
    cases: {
      output: breaks('major', 'consumers read, and have no default for it'),
      default: asks('minor', 'consumers read, and fall back to a default'),
      input: harmless('minor', 'the product reads'),
    },
  },
  C43: {
    title: 'a symbol or value is removed from an enumeration',
    reason: 'records written before may hold it',
    example: 'CANCELLED is gone',
    cases: {
      output: asks('minor', 'consumers read: new readers of old records'),
      input: breaks('major', 'the product reads, and has no default for it'),
      default: asks('minor', 'the product reads, and falls back to a default'),
    },
  },
  C44: {
    title: 'a type of another kind, another size, another branch of a union',
    reason: 'values cannot be told apart or read any more',
    example: 'enum → string; fixed(16) → fixed(8); ["int"] → ["int", "string"]',
    cases: {
      output: breaks('major', 'consumers read'),
      input: harmless('minor', 'the product reads, and understands both'),
      other: breaks('major', 'neither side understands the other'),
    },
  },
  C45: {
    title: 'name or namespace of a record, or the package, changed',
    reason: 'generated classes move, and readers that match full names refuse the data',
    example: 'com.a.Trip → com.b.Trip',
    cases: { any: breaks('major') },
  },
  C46: {
    title: 'a constraint becomes tighter',
    reason: 'every new value fits the old constraint',
    example: 'maxLength 100 → 50',
    cases: { output: harmless('minor', 'consumers read'), input: breaks('major', 'the product reads: its sources send more than that') },
  },
  C47: {
    title: 'a constraint becomes looser',
    reason: 'new values may not fit the old constraint',
    example: 'maxLength 50 → 100',
    judgement: true,
    cases: { output: asks('minor', 'consumers read'), input: harmless('minor', 'the product reads') },
  },
  C48: {
    title: 'documentation, order or meaning of the same bytes changed',
    reason: 'every reader reads as before',
    example: 'doc of a field; logicalType timestamp-millis → timestamp-micros',
    cases: {
      text: harmless('patch', 'documentation, order, aliases, defaults of readers'),
      logical: asks('minor', 'logicalType, format or scale: the same bytes mean something else'),
    },
  },
  C49: {
    title: 'a number or a oneof of Protobuf is used in another way',
    reason: 'readers take one thing for another',
    example: 'tag 3 was a string, is an int64 of another name',
    cases: {
      any: breaks('major', 'another meaning of the same number'),
      free: asks('minor', 'the number of a removed field is not reserved: it may be used again by mistake'),
    },
  },
  C50: {
    title: 'the classification of a field changed',
    reason: 'personal data calls for other rights and duties',
    example: 'pii: true',
    cases: { any: asks('minor') },
  },
  C51: {
    title: 'a rule of quality is removed or changed',
    reason: 'consumers may have relied on it',
    example: 'the check "tripId is unique" is gone',
    cases: { changed: asks('minor', 'removed or changed'), added: harmless('minor', 'added') },
  },
  C52: {
    title: 'a table or column is removed or changed, a schema or database is renamed',
    reason: 'queries fail',
    example: 'column price: decimal → text',
    cases: { any: breaks('major') },
  },
  C53: {
    title: 'a table, or a column that may be null, is added',
    reason: 'queries name their columns',
    example: 'column note, nullable',
    cases: { any: harmless('minor') },
  },
} as const satisfies { [id: string]: ChangeRule };
