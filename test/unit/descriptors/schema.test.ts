import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { readDescriptor } from '../../../descriptors/index.js';
import { bundle, example, EXAMPLE, minimal, ROOT } from './example.js';
import { cases } from './validate/cases.js';

const parsed = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;

/** The root document as an editor sees it: references are not followed. */
const judge = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(
  parsed('descriptors/data-product-descriptor.schema.json'),
);

/** What a schema cannot know: it sees one place at a time, no meaning, no other document. */
const BEYOND = new Set([
  'R2',
  'R16',
  'R29',
  'R30',
  'R39',
  'R42',
  'R44',
  'R49',
  'R50',
  'R55',
  'R59',
  'R61',
  'R63',
  'R64',
  'R68',
  'R70',
  'R71',
  'R71a',
  'R78',
  'R81',
  'R82',
  'R83',
  'R88',
  'R91',
  'R92',
  'R93',
  'R109',
  'R111',
  'R114',
  'P1',
  'P2',
  'P3',
]);

describe('the schema for editors', () => {
  it.each(['1.0.0', '1.1.0', '2.0.0'])('accepts version %s of the example, whole and in parts', (version) => {
    expect([judge(parsed(join(EXAMPLE, version, ROOT))), judge.errors]).toEqual([true, null]);
    expect([judge(example(version).product), judge.errors]).toEqual([true, null]);
  });

  it.each(cases)('accepts what validation accepts: %s (%s at %s)', (rule, severity, _pointer, change) => {
    const root = minimal();
    change(root);
    const document: unknown = JSON.parse(JSON.stringify(root));
    const accepted = readDescriptor(bundle({ [ROOT]: document })).product !== undefined;
    expect(accepted).toBe(severity !== 'error');
    if (accepted) expect([judge(document), judge.errors]).toEqual([true, null]);
    else if (!BEYOND.has(rule)) expect(judge(document)).toBe(false);
  });

  it('explains every field of its own', () => {
    const { properties } = parsed('descriptors/data-product-descriptor.schema.json') as { properties: { [field: string]: object } };
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['dataProductDescriptor', 'info', 'interfaceComponents', 'internalComponents']),
    );
  });
});

/** The official schemas are not part of the project; where a checkout of the specification is, they judge what is written here. */
const official = join(process.env['DPDS_SCHEMAS'] ?? '', '1.0.0.schema.json');
const present = existsSync(official);

describe(`the official schema of 1.0.0 (${present ? 'present' : 'skipped: DPDS_SCHEMAS names no folder with 1.0.0.schema.json'})`, () => {
  const accepts = (): ValidateFunction => new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(parsed(official));

  (present ? it : it.skip).each(['1.0.0', '1.1.0', '2.0.0'])('accepts the canonical form of version %s of the example', (version) => {
    const validate = accepts();
    expect([validate(example(version).product), validate.errors]).toEqual([true, null]);
  });

  (present ? it : it.skip)('rejects by mistake what its own prose allows: agreements and configurations by reference', () => {
    const validate = accepts();
    const root = minimal();
    (root.interfaceComponents.outputPorts[0] as { promises: unknown }).promises = { $ref: 'promises.json' };
    expect(validate(root)).toBe(false);
    expect([judge(root), judge.errors]).toEqual([true, null]);
  });
});
