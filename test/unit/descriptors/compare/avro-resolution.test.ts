import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import type avro from 'avsc';
import fc from 'fast-check';
import { comparePayload } from '../../../../descriptors/compare/payload/index.js';
import { emptyRegistry } from '../../../../descriptors/compare/payload/avro.js';
import type { Json } from '../../../../descriptors/json.js';

const { Type } = createRequire(import.meta.url)('avsc') as typeof avro;

/** What a reader with the first schema does with records of the second, says the library that reads them. */
function reads(reader: Json, writer: Json): boolean {
  const [one, two] = [reader, writer].map((schema) =>
    Type.forSchema(schema as avro.Schema, { wrapUnions: true, registry: emptyRegistry() }),
  ) as [avro.Type, avro.Type];
  try {
    one.createResolver(two);
    return true;
  } catch {
    return false;
  }
}

const names = ['a', 'b', 'c'];
const simple = fc.constantFrom<Json>('boolean', 'int', 'long', 'float', 'double', 'string', 'bytes');
const symbols = fc.subarray(['X', 'Y', 'Z'], { minLength: 1 });
/** Named types bear the name of their place, so that the same place has comparable types in both schemas. */
const leaf = (place: string): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 6, arbitrary: simple },
    symbols.map((list): Json => ({ type: 'enum', name: `E${place}`, symbols: list })),
    fc
      .tuple(symbols, fc.nat(2))
      .map(([list, which]): Json => ({ type: 'enum', name: `E${place}`, symbols: list, default: list[which % list.length] as string })),
    fc.constantFrom(8, 16).map((size): Json => ({ type: 'fixed', name: `F${place}`, size })),
    simple.map((items): Json => ({ type: 'array', items })),
    simple.map((values): Json => ({ type: 'map', values })),
    fc.uniqueArray(simple, { minLength: 1, maxLength: 3 }).map((branches): Json => ['null', ...branches]),
    fc.uniqueArray(simple, { minLength: 2, maxLength: 3 }).map((branches): Json => branches),
  );

/** A value that the type, or the first branch of the union, takes. */
function defaultOf(type: Json): Json | undefined {
  const first = Array.isArray(type) ? type[0] : type;
  if (first === 'null') return null;
  if (first === 'boolean') return false;
  if (first === 'string' || first === 'bytes') return '';
  return typeof first === 'string' ? 0 : undefined;
}

const field = (place: string, type: fc.Arbitrary<Json>) =>
  fc.record({ type, optional: fc.boolean(), alias: fc.boolean() }).map(({ type: written, optional, alias }): Json => {
    const value = optional ? defaultOf(written) : undefined;
    return { name: place, type: written, ...(value !== undefined && { default: value }), ...(alias && { aliases: [`old_${place}`] }) };
  });
const record = (name: string, inner: (place: string) => fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc
    .tuple(...names.map((place) => fc.option(field(place, inner(name + place)), { nil: undefined })))
    .map((fields): Json => ({ type: 'record', name, fields: fields.filter((each) => each !== undefined) }));
const schema = record('R', (place) => fc.oneof({ weight: 4, arbitrary: leaf(place) }, record(`N${place}`, leaf)));

describe('Avro, as a real reader sees it', () => {
  it('is called breaking where the side that has to read cannot; and where it can, only for what registries let pass', () => {
    fc.assert(
      fc.property(schema, schema, (old, next) => {
        for (const [direction, resolves] of [
          ['output', reads(old, next)],
          ['input', reads(next, old)],
        ] as const) {
          const breaking = comparePayload(old, next, 'avro', direction).filter((finding) => finding.class === 'breaking');
          if (resolves) expect(breaking.filter(({ rule }) => rule !== 'C36' && rule !== 'C38')).toEqual([]);
          else expect(breaking).not.toEqual([]);
        }
      }),
      { seed: 12, numRuns: 1_000 },
    );
  });
});
