import { asks, breaks, harmless, type ChangeRule } from './rule.js';

/** Ports and the documents that describe their interfaces. */
export const apiRules = {
  C19: {
    title: 'servicesType, or the language of the API document, changed',
    reason: 'another way to connect',
    example: 'streaming-services → rest-services',
    cases: { any: breaks('major') },
  },
  C20: {
    title: 'the API document follows another version of its language',
    reason: 'the form of the document, not what goes over the wire',
    example: 'AsyncAPI 2.5.0 → 2.6.0',
    cases: { minor: harmless('patch', 'the same major version'), major: asks('minor', 'another major version') },
  },
  C21: {
    title: 'the platform changed',
    reason: 'region, residency of the data and access change with it',
    example: 'aws:eu-south-1 → aws:us-east-1',
    cases: { any: asks('minor') },
  },
  C22: {
    title: 'a channel or path is removed or renamed, or its address changed',
    reason: 'consumers look where nothing is',
    example: 'channel trip-status → trip-state',
    cases: { any: breaks('major') },
  },
  C23: {
    title: 'a channel or path is added',
    reason: 'nobody depends on it yet',
    example: 'channel trip-route is new',
    cases: { any: harmless('minor') },
  },
  C24: {
    title: 'an operation is removed or changed',
    reason: 'what consumers did there is not possible any more',
    example: 'subscribe → publish',
    cases: { removed: breaks('major', 'removed'), added: harmless('minor', 'added') },
  },
  C25: {
    title: 'operationId changed',
    reason: 'only generated code bears that name',
    example: 'readTripStatus → onTripStatus',
    judgement: true,
    cases: { any: asks('minor') },
  },
  C26: {
    title: 'a message is added to a channel',
    reason: 'readers meet an event that they do not know',
    example: 'TripCancelled beside TripStatus',
    judgement: true,
    cases: { output: asks('minor', 'consumers read the channel'), input: harmless('minor', 'the product reads the channel') },
  },
  C27: {
    title: 'a message is removed from a channel',
    reason: 'what was there is not sent, or not understood, any more',
    example: 'TripCancelled is gone',
    cases: { any: breaks('major') },
  },
  C28: {
    title: 'format or content type of a message changed',
    reason: 'readers decode bytes in a way that does not fit',
    example: 'Avro → JSON',
    cases: {
      format: breaks('major', 'another format'),
      version: asks('minor', 'another version of the same format'),
    },
  },
  C29: {
    title: 'the key of the records changed',
    reason: 'partitioning, joins and compaction depend on it',
    example: 'key string → key long',
    cases: { any: breaks('major') },
  },
  C30: {
    title: 'a server changed',
    reason: 'consumers connect to an address that is written in their configuration',
    example: 'kafka.company-xyz.com:9092 → broker.company-xyz.com:9092',
    cases: {
      changed: breaks('major', 'removed, or another address or protocol'),
      variable: asks('minor', 'its address is a variable of the environment'),
      added: harmless('minor', 'added'),
    },
  },
  C31: {
    title: 'what a client has to present changed',
    reason: 'clients without it are refused',
    example: 'SASL/SCRAM is required',
    cases: { changed: breaks('major', 'required or changed'), removed: asks('minor', 'no longer required') },
  },
  C32: {
    title: 'title, description or version of the API document changed',
    reason: 'no program depends on them',
    example: 'info.title',
    cases: { any: harmless('patch') },
  },
  C33: {
    title: 'a part changed that no rule knows',
    reason: 'what is not understood is not called harmless',
    example: 'a RAML document, a binding of another protocol',
    judgement: true,
    cases: { any: asks('minor') },
  },
} as const satisfies { [id: string]: ChangeRule };
