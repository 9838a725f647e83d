import { expect, it } from '@jest/globals';
import { valueAt } from '../../../../descriptors/compare/api/document.js';
import { comparePayload } from '../../../../descriptors/compare/payload/index.js';
import type { Json } from '../../../../descriptors/json.js';
import { avroCases, jsonCases, type PayloadCase } from './cases/payloads.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const nested = (type: string): Json =>
  record(
    'Trip',
    { name: 'start', type: record('Stop', { name: 'at', type }) },
    { name: 'end', type: ['null', 'Stop'] },
    { name: 'tags', type: { type: 'array', items: record('Tag', { name: 'weight', type }) } },
  );

it('points at a field where it is written, however deep', () => {
  const found = comparePayload(nested('int'), nested('long'), 'avro', 'output');
  expect(found.map(({ rule, pointer }) => [rule, pointer])).toEqual([
    ['C39', '/fields/0/type/fields/0'],
    ['C39', '/fields/2/type/items/fields/0'],
  ]);
});

it.each<['avro' | 'json', PayloadCase[]]>([
  ['avro', avroCases],
  ['json', jsonCases],
])('points at something that is there, in the new schema or, for what is gone, in the old: %s', (format, cases) => {
  for (const [direction, , before, after] of cases)
    for (const { rule, pointer = '' } of comparePayload(before, after, format, direction)) {
      // Behind a reference or what is put together the way leads through it; what is not described has no place.
      const text = JSON.stringify([before, after]);
      if (/\$ref|allOf|"properties":\{\},/.test(text)) continue;
      expect([rule, pointer, valueAt(after, pointer) ?? valueAt(before, pointer)]).not.toEqual([rule, pointer, undefined]);
    }
});
