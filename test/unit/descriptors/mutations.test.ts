import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDescriptors, filesOf, readDescriptor, tasksOf, channelsOf } from '../../../descriptors/index.js';
import { exampleFiles, product, ROOT } from './example.js';

const SECRET = 'Zx9qSecretValue7';
const KEYS = ['password', 'TF_VAR_api_secret', 'token', 'kafka_key'];
/** Long enough for a slow machine, short enough to notice a blow-up. */
const HANG_MS = 2_000;

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const original = [...exampleFiles('1.1.0')].map(([path, content]): [string, string] => [path, decoder.decode(content)]);
const documents = original.filter(([path]) => /\.(json|yaml|avsc)$/.test(path));

type Mutation = (text: string) => string;

const inText: fc.Arbitrary<Mutation> = fc.oneof(
  // Cut, doubled, replaced and inserted pieces of text.
  fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 12 })).map(([at, length, put]): Mutation => (text) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + put + text.slice(start + length);
  }),
  fc.tuple(fc.nat(), fc.nat({ max: 200 })).map(([at, length]): Mutation => (text) => {
    const start = at % (text.length + 1);
    return text.slice(0, start + length) + text.slice(start);
  }),
  fc
    .constantFrom<[RegExp, string]>(
      [/"[^"]+\.json"/, '"#/info"'],
      [/"[^"]+\.yaml"/, '"../apps/trip-processing.json"'],
      [/"name"/, '"__proto__"'],
      [/"version"/, '"constructor"'],
      [/:.*$/m, ': null'],
      [/:.*$/m, ': *anchor'],
      [/\{/, '{"$ref": "trip-status.json", '],
      [/"\$ref": "[^"]*"/, '"$ref": "../data-product-descriptor.json"'],
    )
    .map(
      ([pattern, put]): Mutation =>
        (text) =>
          text.replace(pattern, put),
    ),
);

type Holder = { [key: string]: unknown };

/** Every object below a value. */
const objectsOf = (value: unknown): Holder[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...(Array.isArray(value) ? [] : [value as Holder]), ...Object.values(value).flatMap(objectsOf)];

/** Values of other types, removed and moved members. */
const inStructure: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.nat(),
    fc.nat(),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('${env:X}'), fc.constant('urn:dpds:a:dataproducts:b')),
    fc.constantFrom('set', 'delete', 'wrap'),
  )
  .map(([which, member, value, how]): Mutation => (text) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return text;
    }
    const objects = objectsOf(parsed);
    const holder = objects[which % Math.max(1, objects.length)];
    const key = holder && Object.keys(holder)[member % Math.max(1, Object.keys(holder).length)];
    if (!holder || key === undefined) return text;
    if (how === 'delete') delete holder[key];
    else holder[key] = how === 'wrap' ? [holder[key]] : value;
    return JSON.stringify(parsed, null, 2);
  });

const mutations = fc.array(fc.tuple(fc.nat({ max: documents.length - 1 }), fc.oneof(inText, inStructure)), { minLength: 1, maxLength: 3 });

function mutated(changes: [number, Mutation][], withSecret?: string): Map<string, Uint8Array> {
  const files = new Map(original);
  if (withSecret)
    for (const path of ['infra/event-store.json', 'apps/trip-processing.json'])
      files.set(path, (files.get(path) ?? '').replace('"configurations": {', `"configurations": { "${withSecret}": "${SECRET}",`));
  for (const [index, mutation] of changes) {
    const path = documents[index]?.[0] ?? ROOT;
    files.set(path, mutation(files.get(path) ?? ''));
  }
  return new Map([...files].map(([path, text]) => [path, encoder.encode(text)]));
}

describe('whatever happens to a descriptor', () => {
  it('reading it ends with findings or a product, soon, and the product can be used', () => {
    const before = product('1.0.0');
    fc.assert(
      fc.property(mutations, (changes) => {
        const files = filesOf(ROOT, mutated(changes));
        const start = performance.now();
        const { product: found, findings } = readDescriptor(files);
        expect(performance.now() - start).toBeLessThan(HANG_MS);
        expect(found !== undefined).toBe(findings.every(({ severity }) => severity !== 'error'));
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        if (!found) return;
        tasksOf(found, 'local');
        found.interfaceComponents.outputPorts.forEach(channelsOf);
        compareDescriptors(before, found);
        compareDescriptors(found, before);
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  it('a secret in it is not repeated', () => {
    fc.assert(
      fc.property(mutations, fc.constantFrom(...KEYS), (changes, key) => {
        const { findings, normalisations } = readDescriptor(filesOf(ROOT, mutated(changes, key)));
        expect(JSON.stringify([findings, normalisations])).not.toContain(SECRET);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('the same files give the same findings', () => {
    fc.assert(
      fc.property(mutations, (changes) => {
        const once = (): string => JSON.stringify(readDescriptor(filesOf(ROOT, mutated(changes))).findings);
        expect(once()).toBe(once());
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});
