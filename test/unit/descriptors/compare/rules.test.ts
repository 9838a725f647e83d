import { describe, expect, it } from '@jest/globals';
import { comparePayload } from '../../../../descriptors/compare/payload/index.js';
import { changeRules } from '../../../../descriptors/compare/rules/index.js';
import { compareDescriptors, type Product } from '../../../../descriptors/index.js';
import { product } from '../example.js';
import { agreementCases } from './cases/agreements.js';
import { documentCases } from './cases/documents.js';
import { avroCases, jsonCases, protobufCases, type PayloadCase } from './cases/payloads.js';
import { portCases } from './cases/ports.js';
import type { Case } from './cases/case.js';
import { versionCases } from './cases/versions.js';

const original = product();

describe('every change is called what it is', () => {
  const cases = [...portCases, ...agreementCases, ...documentCases];
  it.each(cases.map((each): [string, string, string, Case] => [each.rule, each.is, each.what, each]))(
    '%s, %s: %s',
    (rule, is, _what, each) => {
      const old = structuredClone(original);
      each.before?.(old);
      const next = structuredClone(old);
      each.change(next);
      const found = changesOf(old, next, each).filter((finding) => `${finding.rule}/${finding.variant}` === rule);
      expect(found.map((finding) => `${finding.class} ${finding.bump}`)).toContain(is);
      // Whoever reads it finds the place.
      for (const { pointer, part } of found) expect(pointer ?? part).toBeDefined();
    },
  );
});

const changesOf = (old: Product, next: Product, { facts }: Case) => compareDescriptors(old, next, { ...(facts && { facts }) }).findings;

describe('versions', () => {
  it.each(versionCases.map(([rule, is, what, from, to, change]) => [rule, is, what, from, to, change ?? (() => {})] as const))(
    '%s, %s: %s',
    (rule, is, _what, from, to, change) => {
      const [old, next] = [structuredClone(original), structuredClone(original)];
      [old.info.version, next.info.version] = [from, to];
      change(next, old);
      const told = compareDescriptors(old, next).findings.map(
        (finding) => `${finding.rule}/${finding.variant} ${finding.class} ${finding.bump}`,
      );
      expect(told).toContain(`${rule} ${is}`);
    },
  );
});

describe.each([
  ['Avro', 'avro', avroCases],
  ['JSON Schema', 'json', jsonCases],
  ['Protobuf', 'protobuf', protobufCases],
] as const)('%s payloads', (_name, format, cases) => {
  it.each(cases)('of an %s: %j', (direction, expected, before, after) => {
    const found = comparePayload(before, after, format, direction);
    expect(found.map(({ rule, variant }) => `${rule}/${variant}`).sort()).toEqual([...expected].sort());
  });
});

describe('the payload rules weigh', () => {
  // The weights of the rules that the cases above name, as written in docs/comparison.md.
  const weights: [rule: string, weight: string][] = [
    ['C34/output', 'non-breaking minor'],
    ['C34/closed', 'breaking major'],
    ['C34/input', 'non-breaking minor'],
    ['C35/output', 'needs-approval minor'],
    ['C35/closed', 'breaking major'],
    ['C35/input', 'breaking major'],
    ['C36/output', 'breaking major'],
    ['C36/deprecated', 'needs-approval major'],
    ['C36/input', 'non-breaking minor'],
    ['C36/closed', 'breaking major'],
    ['C37/output', 'breaking major'],
    ['C37/input', 'non-breaking minor'],
    ['C37/closed', 'breaking major'],
    ['C38/output', 'breaking major'],
    ['C38/input', 'breaking major'],
    ['C38/alias', 'non-breaking minor'],
    ['C39/output', 'breaking major'],
    ['C39/input', 'non-breaking minor'],
    ['C39/other', 'breaking major'],
    ['C40/output', 'needs-approval major'],
    ['C40/input', 'breaking major'],
    ['C41/output', 'breaking major'],
    ['C41/input', 'non-breaking minor'],
    ['C42/output', 'breaking major'],
    ['C42/default', 'needs-approval minor'],
    ['C42/input', 'non-breaking minor'],
    ['C43/output', 'needs-approval minor'],
    ['C43/input', 'breaking major'],
    ['C43/default', 'needs-approval minor'],
    ['C44/output', 'breaking major'],
    ['C44/input', 'non-breaking minor'],
    ['C44/other', 'breaking major'],
    ['C45/any', 'breaking major'],
    ['C46/output', 'non-breaking minor'],
    ['C46/input', 'breaking major'],
    ['C47/output', 'needs-approval minor'],
    ['C47/input', 'non-breaking minor'],
    ['C48/text', 'non-breaking patch'],
    ['C48/logical', 'needs-approval minor'],
    ['C49/any', 'breaking major'],
    ['C49/free', 'needs-approval minor'],
    ['C50/any', 'needs-approval minor'],
    ['C51/changed', 'needs-approval minor'],
    ['C51/added', 'non-breaking minor'],
  ];
  it.each(weights)('%s: %s', (name, weight) => {
    const all = (cases: PayloadCase[], format: 'avro' | 'json' | 'protobuf') =>
      cases
        .filter(([, expected]) => expected.includes(name))
        .flatMap(([direction, , before, after]) => comparePayload(before, after, format, direction));
    const found = [...all(avroCases, 'avro'), ...all(jsonCases, 'json'), ...all(protobufCases, 'protobuf')].filter(
      ({ rule, variant }) => `${rule}/${variant}` === name,
    );
    expect([...new Set(found.map((finding) => `${finding.class} ${finding.bump}`))]).toEqual([weight]);
  });
});

it('no case of a rule is without a test', () => {
  const tested = new Set([
    ...[...portCases, ...agreementCases, ...documentCases].map(({ rule }) => rule),
    ...versionCases.map(([rule]) => rule),
    ...[...avroCases, ...jsonCases, ...protobufCases].flatMap(([, expected]) => expected),
  ]);
  const all = Object.entries(changeRules).flatMap(([id, rule]) => Object.keys(rule.cases).map((variant) => `${id}/${variant}`));
  expect(all.filter((name) => !tested.has(name))).toEqual([]);
  expect(Object.keys(changeRules)).toEqual(Array.from({ length: 81 }, (_, index) => `C${index + 1}`));
});
