import { describe, expect, it } from '@jest/globals';
import { nowhere, parseText } from '../../../../descriptors/text/index.js';

const parse = (file: string, bytes: Uint8Array | string) =>
  parseText(file, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, nowhere);

describe('bytes', () => {
  const text = '{"a":\r\n "ü€😀"}\r\n';
  it.each(['a.json', 'a.avsc', 'a.yaml', 'a.YML'])('of UTF-8 are read with and without a byte order mark (%s)', (file) => {
    expect(parse(file, text).value).toEqual({ a: 'ü€😀' });
    expect(parse(file, `\uFEFF${text}`).value).toEqual({ a: 'ü€😀' });
  });

  const utf16 = Buffer.from('\uFEFF{"a": 1}', 'utf16le');
  it.each([
    ['UTF-16, little end first', utf16, 'UTF-16'],
    ['UTF-16, big end first', Buffer.from(utf16).swap16(), 'UTF-16'],
    ['UTF-16 without its mark', utf16.subarray(2), 'UTF-16'],
    ['UTF-16 without its mark, big end first', Buffer.from(utf16.subarray(2)).swap16(), 'UTF-16'],
  ])('of %s are refused, and told', (_what, bytes, message) => {
    for (const file of ['a.json', 'a.yaml'])
      expect(parse(file, bytes).findings).toEqual([
        expect.objectContaining({ rule: 'R1', message: expect.stringContaining(message), hint: 'Save it as UTF-8.' }),
      ]);
  });

  it.each([
    ['Latin 1', [0xfc]],
    ['half a character', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('that are no UTF-8 (%s) are refused with their line', (_what, bytes) => {
    const broken = Buffer.concat([Buffer.from('{"a": 1,\n"b": 2,\n"c": "'), Buffer.from(bytes), Buffer.from('"}\n')]);
    for (const file of ['a.json', 'a.yaml'])
      expect(parse(file, broken).findings).toEqual([expect.objectContaining({ rule: 'R1', line: 3, hint: 'Save it as UTF-8.' })]);
  });

  it('that are none are refused', () => {
    for (const file of ['a.json', 'a.yaml'])
      for (const nothing of ['', '  \n', '\uFEFF'])
        expect(parse(file, nothing).findings).toEqual([expect.objectContaining({ rule: 'R1' })]);
  });
});
