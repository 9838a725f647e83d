import { describe, expect, it } from '@jest/globals';
import { nowhere, parseText } from '../../../../descriptors/text/index.js';

const parse = (text: string) => parseText('a.yaml', new TextEncoder().encode(text), nowhere);

describe('YAML', () => {
  it('is read by version 1.2, whatever it says of itself', () => {
    expect(parse('%YAML 1.1\n---\na: yes\nb: 012\nc: 0o14\nd: 1:30\ne: ~\n')).toMatchObject({
      value: { a: 'yes', b: 12, c: 12, d: '1:30', e: null },
      findings: [{ rule: 'R4', severity: 'warning' }],
    });
  });

  it('aliases repeat what their anchor meant at their place', () => {
    expect(parse('a: &x 1\nb: &y [*x, {c: *x}]\nd: &x 2\ne: [*x, *y]\n').value).toEqual({
      a: 1,
      b: [1, { c: 1 }],
      d: 2,
      e: [2, [1, { c: 1 }]],
    });
    expect(parse('&k a: 1\nb: *k\n').value).toEqual({ a: 1, b: 'a' });
  });

  it('merge keys of version 1.1 are mere keys', () => {
    expect(parse('a: &a {b: 1}\nc: {<<: *a}\n').value).toEqual({ a: { b: 1 }, c: { '<<': { b: 1 } } });
  });

  it('keys of prototypes are mere keys', () => {
    const { value } = parse('__proto__: {polluted: 1}\nconstructor: 2\n');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  const doubling = `a: &a0 [1,1]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}\n`;
  it.each([
    ['R1', 'an alias without an anchor', 'a: 1\nb: *none\n', 2],
    ['R1', 'an alias before its anchor', 'a: 1\nb: *c\nd: &c 1\n', 2],
    ['R1', 'several documents', 'a: 1\n---\nb: 1\n', 2],
    ['R1', 'several documents, ended by dots', 'a: 1\n...\n---\nb: 1\n', 3],
    ['R1', 'NUL', 'a: 1\nb: "x\u0000y"\n', 2],
    ['R1', 'tabs for indentation', 'a:\n\tb: 1\n', 2],
    ['R1', 'infinity', 'a: 1\nb: .inf\n', 2],
    ['R3', 'a key twice', 'a:\n  b: 1\n  "b": 2\n', 3],
    ['R3', 'a key twice in flow', 'a: {b: 1,\n b: 2}\n', 2],
    ['R5', '!!binary', 'a: 1\nb: !!binary aGk=\n', 2],
    ['R5', '!!set', 'a: 1\nb: !!set {c}\n', 2],
    ['R5', '!!timestamp', 'a: 1\nb: !!timestamp 2001-01-01\n', 2],
    ['R5', '!!omap', 'a: 1\nb: !!omap [c: 1]\n', 2],
    ['R5', 'a tag of its own', 'a: 1\nb: !env X\n', 2],
    ['R5', 'a tag by its address', 'a: 1\nb: !<tag:example.com,2000:x> X\n', 2],
    ['R5', 'a tag of code', 'a: 1\nb: !!js/function "x"\n', 2],
    ['R5', 'a tag on a key', 'a: 1\n!env b: 2\n', 2],
    ['R6', 'a number as key', 'a: 1\n1: 2\n', 2],
    ['R6', 'null as key', 'a: 1\n~: 2\n', 2],
    ['R6', 'a boolean as key', 'a: 1\ntrue: 2\n', 2],
    ['R6', 'a list as key', 'a: 1\n[b]: 2\n', 2],
    ['R6', 'an object as key', 'a: 1\n? {b: 1}\n: 2\n', 2],
    ['R6', 'an alias as key', 'a: &a 1\n*a : 2\n', 2],
    ['R107', 'aliases that double', doubling, 2],
    ['R107', 'an alias of what it stands in', 'a: 1\nb: &b\n  - *b\n', 3],
  ])('%s: %s is refused with its line', (rule, _what, text, line) => {
    const { value, findings } = parse(text);
    expect(value).toBeUndefined();
    expect(findings).toEqual([expect.objectContaining({ rule, severity: 'error', file: 'a.yaml' })]);
    expect(findings[0]?.line).toBeGreaterThanOrEqual(line);
  });

  // The parser calls itself for each level; at these depths it took the whole process with it.
  it.each([
    ['lists', '['.repeat(100_000)],
    ['closed lists', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['objects', '{a: '.repeat(20_000)],
    ['dashes', '- '.repeat(50_000)],
    ['questions', '? '.repeat(20_000)],
    ['indentation', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('%s nested absurdly are refused before they are built', (_what, text) => {
    expect(parse(text).findings).toEqual([expect.objectContaining({ rule: 'R107', message: expect.stringContaining('nested') })]);
  });

  it('as many levels as allowed are read', () => {
    expect(parse(`${'['.repeat(99)}${']'.repeat(99)}`).findings).toEqual([]);
    expect(parse(Array.from({ length: 99 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')).findings).toEqual([]);
  });

  it('nothing of the text is repeated', () => {
    for (const text of ['a: "hunter2', 'hunter2: 1\nhunter2: 2', 'a: *hunter2', 'a: !hunter2 x', '- hunter2\nb: 1', 'a: &hunter2 &b c'])
      expect(
        parse(text)
          .findings.map(({ message, hint }) => `${message} ${hint}`)
          .join(),
      ).not.toContain('hunter2');
  });
});
