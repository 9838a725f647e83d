import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BundleFiles,
  compareDescriptors,
  filesOf,
  memoryCache,
  readDescriptor,
  tasksOf,
  channelsOf,
  withForeignDocuments,
} from '../../../descriptors/index.js';
import { exampleFiles, product, ROOT } from './example.js';

const SECRET = 'Zx9qSecretValue7';
const KEYS = ['password', 'TF_VAR_api_secret', 'token', 'kafka_key'];
/** Long enough for a slow machine, short enough to notice a blow-up. */
const HANG_MS = 2_000;
/** What the processor has worked: on a machine with other work the clock tells of that. */
const workedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const original = [...exampleFiles('1.1.0')].map(([path, content]): [string, string] => [path, decoder.decode(content)]);
const documents = original.filter(([path]) => /\.(json|yaml|avsc)$/.test(path));

/** STEWARD_MUTATIONS raises the number of descriptors tried, 100000 for a night; every run of one number tries the same. */
const WANTED = Number(process.env['STEWARD_MUTATIONS'] ?? 1_500);
const share = (part: number): number => Math.ceil(WANTED * part);
/** A night, when one asks for it. */
const TIMEOUT_MS = 120_000 + WANTED * 60;

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
      [/"[^"]+\.json"/, '"../../../../etc/passwd"'],
      [/"[^"]+\.json"/, '"%2e%2e/%2e%2e/secret.json"'],
      [/"[^"]+\.json"/, '"https://169.254.169.254/latest/meta-data"'],
      [/"info"/, '"__proto__": {"polluted": true}, "info"'],
      [/"definition"/, '"constructor": {"prototype": {"polluted": true}}, "definition"'],
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

/** Files that note what is asked of them that is not theirs. */
function watched(contents: Map<string, Uint8Array>): { files: BundleFiles; strayed: string[] } {
  const files = filesOf(ROOT, contents);
  const strayed: string[] = [];
  const note = (path: string): void => {
    if (path.startsWith('/') || path.split('/').includes('..') || /^[a-zA-Z]+:/.test(path)) strayed.push(path);
  };
  const read = (path: string): Uint8Array => (note(path), files.read(path));
  return { files: { ...files, read, has: (path) => (note(path), files.has(path)) }, strayed };
}

/** What every object inherits. */
const prototypes = (): string =>
  [Object.prototype, Array.prototype, String.prototype, Function.prototype]
    .map((each) => Reflect.ownKeys(each).map(String).join())
    .join('\n');
const PROTOTYPES = prototypes();

describe('whatever happens to a descriptor', () => {
  it(
    'reading it ends with findings or a product, soon, and the product can be used',
    () => {
      const before = product('1.0.0');
      fc.assert(
        fc.property(mutations, (changes) => {
          const { files, strayed } = watched(mutated(changes));
          const start = workedMs();
          const { product: found, findings } = readDescriptor(files);
          expect(workedMs() - start).toBeLessThan(HANG_MS);
          expect(found !== undefined).toBe(findings.every(({ severity }) => severity !== 'error'));
          expect(strayed).toEqual([]);
          expect(prototypes()).toBe(PROTOTYPES);
          if (!found) return;
          tasksOf(found, 'local');
          found.interfaceComponents.outputPorts.forEach(channelsOf);
          compareDescriptors(before, found);
          compareDescriptors(found, before);
        }),
        { seed: 4, numRuns: share(0.6) },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'a secret in it is not repeated',
    async () => {
      await fc.assert(
        fc.asyncProperty(mutations, fc.constantFrom(...KEYS), async (changes, key) => {
          const { findings, normalisations } = await withForeignDocuments(
            readDescriptor(filesOf(ROOT, mutated(changes, key))),
            memoryCache(),
          );
          const told = JSON.stringify([findings, normalisations]);
          // Not even in part.
          for (let from = 0; from + 6 <= SECRET.length; from++) expect(told).not.toContain(SECRET.slice(from, from + 6));
        }),
        { seed: 5, numRuns: share(0.3) },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'documents in other languages are judged, soon',
    async () => {
      let withOtherErrors = 0;
      await fc.assert(
        fc.asyncProperty(mutations, async (changes) => {
          const read = readDescriptor(filesOf(ROOT, mutated(changes)), { elsewhere: 'told' });
          const start = workedMs();
          const { product: found, findings } = await withForeignDocuments(read, memoryCache());
          expect(workedMs() - start).toBeLessThan(HANG_MS);
          expect(found !== undefined).toBe(findings.every(({ severity }) => severity !== 'error'));
          if (read.product === undefined) withOtherErrors += read.documents.length;
          // A document that the libraries choke on would be told as one that could not be checked.
          expect(findings.filter(({ message }) => message.includes('could not be checked'))).toEqual([]);
          expect(prototypes()).toBe(PROTOTYPES);
        }),
        { seed: 7, numRuns: share(0.1) },
      );
      // Those of descriptors with other errors were among them.
      expect(withOtherErrors).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'the same files give the same findings',
    async () => {
      await fc.assert(
        fc.asyncProperty(mutations, async (changes) => {
          const once = async (): Promise<string> =>
            JSON.stringify((await withForeignDocuments(readDescriptor(filesOf(ROOT, mutated(changes))), memoryCache())).findings);
          expect(await once()).toBe(await once());
        }),
        { seed: 6, numRuns: share(0.05) },
      );
    },
    TIMEOUT_MS,
  );
});
