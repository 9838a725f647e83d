import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lex, stringLiteral, unquoted } from '../../../../../activities/executors/flink-sql/lexer.js';
import { splitStatements } from '../../../../../activities/executors/flink-sql/statement.js';

const texts = (source: string): string[] => lex(source).tokens.map(({ text }) => text);
const codes = (source: string): string[] => splitStatements('a.sql', source).statements.map(({ code }) => code);

describe('lexer of Flink SQL', () => {
  it('keeps separators that stand in strings, identifiers and comments together', () => {
    expect(codes("SET 'a' = 'x;y'; -- one; two\nINSERT INTO `a;b` /* ; */ SELECT 1; // ;\n")).toEqual([
      "SET 'a' = 'x;y'",
      'INSERT INTO `a;b`         SELECT 1',
    ]);
  });

  it('understands doubled quotes', () => {
    expect(lex("'it''s; `' `a``b`").tokens.map(unquoted)).toEqual(["it's; `", 'a`b']);
  });

  it('keeps hints, which change what runs, and drops comments, which do not', () => {
    expect(texts("a /*+ OPTIONS('k'='v') */ b /* c */")).toEqual(['a', '/*+', 'OPTIONS', '(', "'k'", '=', "'v'", ')', '*/', 'b']);
  });

  it('reads names that are not ASCII, also beyond the first plane', () => {
    expect(texts('Größe 温度 𠀀x')).toEqual(['Größe', '温度', '𠀀x']);
  });

  it('counts lines for every kind of line break, and does not count a byte order mark', () => {
    const { tokens } = lex('\uFEFFa\r\nb\rc\nd');
    expect(tokens.map(({ text, line, column }) => [text, line, column])).toEqual([
      ['a', 1, 1],
      ['b', 2, 1],
      ['c', 3, 1],
      ['d', 4, 1],
    ]);
  });

  it.each([
    ["SELECT 'abc", 'string is not closed', 8],
    ['SELECT `abc', 'identifier is not closed', 8],
    ['SELECT /* abc', 'comment is not closed', 8],
    ['SELECT "abc"', 'double quotes', 8],
  ])('says where it was opened: %s', (source, message, column) => {
    expect(lex(source).faults).toEqual([{ message: expect.stringContaining(message), line: 1, column }]);
  });

  it('takes the last statement without its separator, and no statement out of nothing', () => {
    expect(codes('SELECT 1;;\n;SELECT 2')).toEqual(['SELECT 1', 'SELECT 2']);
    expect(codes('-- only a comment')).toEqual([]);
    expect(codes('')).toEqual([]);
  });

  it('keeps a statement set together, CASE ... END inside of it included', () => {
    const set = 'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN x THEN 1 END; INSERT INTO b SELECT 2; END';
    expect(codes(`${set};\nSELECT 3;`)).toEqual([set, 'SELECT 3']);
  });

  it('never throws, never loses a position, and never runs away (any text)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', "'", '`', '"', ';', '-', '/', '*', '+', '\n', '\r', ' ', '温', '\uFEFF') }),
        (source) => {
          const { tokens, code } = lex(source);
          expect(code).toHaveLength(source.length);
          for (const { text, start, end } of tokens) expect(source.slice(start, end)).toBe(text);
        },
      ),
    );
  });

  it('makes literals that nothing can break out of (any text)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { tokens } = lex(stringLiteral(text));
        expect(tokens).toHaveLength(1);
        expect(unquoted(tokens[0]!)).toBe(text);
      }),
    );
  });
});
