import { describe, expect, it } from '@jest/globals';
import { faultsOf, placed } from '../../../../policies/rego/module.js';

/** A module that says nothing, and a line. */
const withLine = (line: string): string => `package policies\n\ndeny := []\n\n${line}\n`;

describe('a module of a policy', () => {
  it.each([
    ['a call', 'x := http.send({"method": "get", "url": "http://127.0.0.1"})', 'line 5: http.send'],
    ['a call in another spelling', 'x := http["send"]({"method": "get"})', 'line 5: http.send'],
    ['a raw spelling', 'x := http[`send`]({"method": "get"})', 'line 5: http.send'],
    ['an escape', 'x := http["s\\u0065nd"]({"method": "get"})', 'line 5: http.send'],
    ['a call inside of a text', 'x := $"all: {opa.runtime().env}"', 'line 5: opa.runtime'],
    ['a call inside of a raw text', 'x := $`all: {{"a": opa.runtime()}}`', 'line 5: opa.runtime'],
    ['a call behind an escape', 'x := $"a \\{ {opa.runtime()}"', 'line 5: opa.runtime'],
    ['what a call gives', 'x := opa.runtime().env', 'line 5: opa.runtime'],
    ['a function that takes the place of another', 'y if count([]) == 0 with count as opa.runtime', 'line 5: opa.runtime'],
    ['a name on the next line', 'x := [\n  rand.intn("a", 2)]', 'line 6: rand.intn'],
    ['an address', 'x := net.lookup_ip_addr("localhost")', 'line 5: net.lookup_ip_addr'],
    ['a name in brackets', 'x := (http).send({"method": "get"})', 'line 5: http has to be followed by the whole name'],
    ['a name in brackets of its own', 'x := http[("send")]({"method": "get"})', 'line 5: http has to be followed'],
    ['a name in more brackets', 'x := opa[(("runtime"))]().env', 'line 5: opa has to be followed'],
    ['a longer name in brackets', 'x := io.jwt[("decode_verify")]("a", {})', 'line 5: io.jwt has to be followed'],
    ['brackets with a remark', 'x := time[( # now\n"now_ns")]()', 'line 5: time has to be followed'],
    ['what takes memory without end', 'x := bits.lsh(1, 20000000000)', 'line 5: bits.lsh'],
    ['the clock behind a certificate', 'x := crypto.x509.parse_and_verify_certificates("a")', 'line 5: crypto.x509.parse_and_verify'],
    ['the clock', 'x := time.now_ns()', 'line 5: time.now_ns is refused: it says something else each time; the time of the judgement is'],
    ['a module', 'x := rego.parse_module("a", "package a")', 'line 5: rego.parse_module'],
    ['the log', 'x if print(input)', 'line 5: print'],
    ['functions of OPA itself', 'x if internal.print([input])', 'line 5: internal'],
    ['rules of others', 'x := data.other.rule', 'line 5: data is refused'],
    ['rules of its own by the whole name', 'x := data.policies.deny', 'line 5: data is refused'],
    ['everything that the server has', 'x := data', 'line 5: data is refused'],
    ['an import', 'import data.other', 'line 5: data is refused'],
    ['data of a test', 'x if y with data.a as 1', 'line 5: data is refused'],
    ['a text without an end', 'x := "a', 'line 5: a text does not end'],
    ['a raw text without an end', 'x := `a', 'line 5: a text does not end'],
    ['a text with an expression that does not end', 'x := $"a {input', 'an expression inside of a text does not end'],
    ['an escape that there is not', 'x := "\\x"', 'line 5: a text does not end, or'],
  ])('is refused for %s, with its line', (_, line, fault) => {
    expect(faultsOf(withLine(line))).toEqual([expect.stringContaining(fault)]);
  });

  it.each([
    ['words in texts and comments', 'x := "http.send data" # data.x, opa.runtime()'],
    ['words in raw texts', 'x := `http.send("\n") data`'],
    ['words in texts with expressions', 'x := $"data {input.a} http.send \\{data}"'],
    ['members of these names', 'x := input.data.http.send'],
    ['functions beside the refused ones', 'x := time.parse_rfc3339_ns(input.now) + count(net.cidr_expand("10.0.0.0/30"))'],
    ['longer names', 'database := input.metadata'],
  ])('may have %s', (_, line) => {
    expect(faultsOf(withLine(line))).toEqual([]);
  });

  it('begins with its package, and has a rule deny', () => {
    expect(faultsOf('deny := []')).toEqual([expect.stringContaining('line 1: a module begins with its package')]);
    expect(faultsOf('# only words\n')).toEqual([expect.stringContaining('line 1: a module begins with its package')]);
    expect(faultsOf('package a\ndeni contains "x"')).toEqual([expect.stringContaining('there is no rule deny')]);
    expect(faultsOf('# METADATA\n# title: a\npackage internal["data.x"].b\ndeny := []')).toEqual([]);
  });

  it('lies in the server under its digest, with its lines where they were', () => {
    const text = '# package no\npackage a["b c"].d # where\n\ndeny contains "package e"\n';
    const { id, path, text: put } = placed(text);
    expect(id).toMatch(/^steward\/m[0-9a-f]{64}$/);
    expect(put).toBe(`# package no\npackage ${path.replace('/', '.')} # where\n\ndeny contains "package e"\n`);
    expect(placed(text)).toEqual({ id, path, text: put });
    expect(placed(`${text}#`).path).not.toBe(path);
  });
});
