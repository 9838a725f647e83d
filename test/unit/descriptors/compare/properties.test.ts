import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparePayload } from '../../../../descriptors/compare/payload/index.js';
import { checkForeignDocuments, compareDescriptors, compareWithHistory, memoryCache, type Product } from '../../../../descriptors/index.js';
import { bumps, classes } from '../../../../descriptors/compare/finding.js';
import { product } from '../example.js';
import { agreementCases } from './cases/agreements.js';
import { documentCases } from './cases/documents.js';
import { avroCases, jsonCases, protobufCases } from './cases/payloads.js';
import { portCases } from './cases/ports.js';

/** Long enough for a slow machine, short enough to notice a blow-up. */
const HANG_MS = 2_000;
const original = product();
const cases = [...portCases, ...agreementCases, ...documentCases];

type Holder = { [key: string]: unknown };
const objectsOf = (value: unknown): Holder[] =>
  typeof value !== 'object' || value === null ? [] : [value as Holder, ...Object.values(value).flatMap(objectsOf)];

/** Values of any type put somewhere below the API documents and agreements: what the rules of validation do not look into. */
const spoiling = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat(),
    fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constant({ $ref: '#' }),
      fc.constant({ $ref: '#/channels' }),
      fc.constantFrom('__proto__', 'message {'),
    ),
  ),
  { minLength: 1, maxLength: 4 },
);

function spoilt(tree: Product, changes: [number, number, unknown][]): Product {
  const made = structuredClone(tree);
  for (const port of [...made.interfaceComponents.inputPorts, ...made.interfaceComponents.outputPorts]) {
    const places = [port.promises?.api?.definition, port.promises?.slo?.definition, port.expectations].flatMap(objectsOf);
    for (const [which, member, value] of changes) {
      const holder = places[which % Math.max(1, places.length)];
      const key = holder && Object.keys(holder)[member % Math.max(1, Object.keys(holder).length)];
      if (holder && key !== undefined) holder[key] = structuredClone(value);
    }
  }
  return made;
}

describe('comparison', () => {
  it('finds nothing between a descriptor and itself, whatever it holds', () => {
    fc.assert(
      fc.property(spoiling, fc.constantFrom(...cases), (changes, each) => {
        const tree = spoilt(original, changes as [number, number, unknown][]);
        try {
          each.before?.(tree);
        } catch {
          // The case cannot be made of what is left.
        }
        expect(compareDescriptors(tree, structuredClone(tree)).findings).toEqual([]);
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  it('never throws, never hangs, and says which part', () => {
    fc.assert(
      fc.property(spoiling, spoiling, (one, two) => {
        const [old, next] = [spoilt(original, one as never), spoilt(original, two as never)];
        const start = performance.now();
        const { findings } = compareDescriptors(old, next);
        compareWithHistory([old, original], { ...next, info: { ...next.info, version: '1.1.0' } });
        expect(performance.now() - start).toBeLessThan(HANG_MS);
        expect(findings.every(({ part }) => part !== undefined)).toBe(true);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { seed: 8, numRuns: 150 },
    );
  });

  it('asks for more, never for less, when more changes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.constantFrom(...cases), (one, two) => {
        const old = structuredClone(original);
        one.before?.(old);
        const next = structuredClone(old);
        one.change(next);
        const single = compareDescriptors(old, next);
        const both = structuredClone(next);
        try {
          // What is inside has rules that do not touch those of the ports.
          both.internalComponents.applicationComponents.push({ ...both.internalComponents.infrastructuralComponents[0]!, name: 'more' });
          both.info.domain = two.what;
        } catch {
          return;
        }
        const double = compareDescriptors(old, both);
        expect(bumps.indexOf(double.requiredBump)).toBeGreaterThanOrEqual(bumps.indexOf(single.requiredBump));
        expect(classes.indexOf(double.verdict)).toBeGreaterThanOrEqual(classes.indexOf(single.verdict));
      }),
      { seed: 9, numRuns: 100 },
    );
  });

  it('takes any payload for what it is', () => {
    const schemas = [...avroCases, ...jsonCases, ...protobufCases].flatMap(([, , before, after]) => [before, after]);
    const any = fc.oneof(fc.constantFrom(...schemas), fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<never>);
    fc.assert(
      fc.property(
        any,
        any,
        fc.constantFrom('avro', 'json', 'protobuf'),
        fc.constantFrom('output', 'input'),
        (old, next, format, direction) => {
          comparePayload(old, next, format, direction);
          const same = comparePayload(old, structuredClone(old), format, direction).map(({ rule }) => rule);
          // Two schemas that cannot be read cannot be called equal here; the document around them is.
          expect(same.filter((rule) => rule !== 'C33')).toEqual([]);
        },
      ),
      { seed: 10, numRuns: 1_000 },
    );
  });

  it('ends on schemas that contain themselves many times over', () => {
    const names = Array.from({ length: 30 }, (_, index) => `t${index}`);
    const schema = (type: string) => ({
      $ref: '#/$defs/t0',
      $defs: Object.fromEntries(
        names.map((name) => [
          name,
          { type: 'object', properties: { value: { type }, ...Object.fromEntries(names.map((to) => [to, { $ref: `#/$defs/${to}` }])) } },
        ]),
      ),
    });
    const start = performance.now();
    expect(comparePayload(schema('integer'), schema('number'), 'json', 'output').length).toBeGreaterThan(0);
    const deep = (levels: number): object => (levels === 0 ? { type: 'string' } : { allOf: [deep(levels - 1), deep(levels - 1)] });
    comparePayload(deep(12) as never, { ...deep(12), title: 'x' } as never, 'json', 'output');
    const circle = { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } };
    comparePayload(circle, { ...circle, title: 'x' }, 'json', 'output');
    expect(performance.now() - start).toBeLessThan(HANG_MS);
  });
});

describe('documents in other languages', () => {
  it('are judged, never thrown at anybody, and soon', async () => {
    // Loading the libraries is not what may hang.
    await checkForeignDocuments(original, { cache: memoryCache() });
    await fc.assert(
      fc.asyncProperty(spoiling, async (changes) => {
        const start = performance.now();
        await checkForeignDocuments(spoilt(original, changes as never), { cache: memoryCache() });
        expect(performance.now() - start).toBeLessThan(HANG_MS);
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
