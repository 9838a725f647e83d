import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../../descriptors/json.js';
import type { Position } from '../../../../descriptors/product.js';
import { nowhere, parseText } from '../../../../descriptors/text/index.js';

const parse = (text: string) => parseText('a.json', new TextEncoder().encode(text), nowhere);

/** What `JSON.parse` says, undefined when it refuses. */
function expected(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Texts near JSON: good ones with one character changed, left out or put in. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '\\', '\\u00', '-', '0', '.', 'e', '\n', '\u0000', ' ', 'tru'),
    fc.nat(1),
  )
  .map(([text, place, piece, removed]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(at + removed);
  });

describe('JSON', () => {
  it('is accepted exactly where JSON.parse accepts it, with the same value', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, fc.json(), fc.string()), (text) => {
        const { value, findings } = parse(text);
        // Two things that JSON.parse lets pass are told by rules of their own: a key that stands twice, a number that is none.
        if (findings.some(({ rule, message }) => rule === 'R3' || message.includes('cannot carry'))) return;
        expect(value).toEqual(expected(text.replace(/^\uFEFF/, '')));
        expect(findings.length).toBe(value === undefined ? 1 : 0);
      }),
      { seed: 4, numRuns: 3_000 },
    );
  });

  it.each([
    ['a comma too many', '{\n"a": 1,\n}', 3, 'a comma stands before }'],
    ['a comma too few', '{\n"a": 1\n"b": 2}', 3, 'a comma or } is expected'],
    ['a word that is none', '{\n"a":\n tru\n}', 3, 'a value is expected'],
    ['an end that is missing', '{\n"a": [1,\n', 3, 'it ends too early'],
    ['a key without quotation marks', '{\na: 1}', 2, 'a key in double quotation marks is expected'],
    ['a key with single ones', "{\n'a': 1}", 2, 'a key in double quotation marks is expected'],
    ['a text over two lines', '{\n\n"a": "b\nc"}', 3, 'a text holds a line break or another control character'],
    ['a wrong escape', '{\n"a": "\\x"}', 2, 'a text holds a wrong escape'],
    ['a comment', '{\n// no\n"a": 1}', 2, 'a key in double quotation marks is expected'],
    ['two documents', '{}\n{}', 2, 'something stands behind its end'],
    ['a zero in front', '[\n01]', 2, 'a comma or ] is expected'],
  ])('%s is refused with its line and what is meant', (_what, text, line, message) => {
    expect(parse(text).findings).toEqual([expect.objectContaining({ rule: 'R1', line, message: expect.stringContaining(message) })]);
  });

  it('a key twice is told at the second one, whatever lies between and however it is written', () => {
    expect(parse('{"a": {"b~": 1,\n "c": 2,\n "b\\u007e": 3}}').findings).toEqual([
      expect.objectContaining({ rule: 'R3', line: 3, pointer: '/a/b~0' }),
    ]);
  });

  it('keys of prototypes are mere keys', () => {
    const { value } = parse('{"__proto__": {"polluted": 1}, "constructor": 2, "hasOwnProperty": 3}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('every object and list is told where it stood, and extensions as they were written', () => {
    const places: unknown[] = [];
    const set = (_: unknown, position: Position, lines: unknown, written?: ReadonlyMap<string, string>): void =>
      void places.push([position, lines, written]);
    parseText('a.json', new TextEncoder().encode('{\r\n "a": [\r\n  1,\r\n  {"x-b": 1.50e1 }]}'), { set });
    expect(places).toEqual([
      [{ file: 'a.json', pointer: '/a/1', line: 4 }, new Map([['x-b', 4]]), new Map([['x-b', '1.50e1']])],
      [{ file: 'a.json', pointer: '/a', line: 2 }, [3, 4], undefined],
      [{ file: 'a.json', pointer: '', line: 1 }, new Map([['a', 2]]), undefined],
    ]);
  });
});
