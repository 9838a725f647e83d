import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { filesOf, openBundle, packBundle, readDescriptor } from '../../../../descriptors/index.js';
import { bundle, example, exampleFiles, minimal, ROOT } from '../example.js';

const again = (parts: Map<string, string>) =>
  readDescriptor(
    filesOf(
      ROOT,
      new Map([...exampleFiles(), ...[...parts].map(([path, text]): [string, Uint8Array] => [path, new TextEncoder().encode(text)])]),
    ),
  );

describe('a descriptor written down again', () => {
  it('keeps its parts as references, and reads as the same tree', () => {
    const read = example();
    const parts = read.parts?.() ?? new Map<string, string>();
    expect([...parts.keys()]).toEqual(expect.arrayContaining([ROOT, 'ports/trip-status.json', 'infra/event-store.json']));
    expect(JSON.parse(parts.get(ROOT) ?? '')).toMatchObject({
      interfaceComponents: { outputPorts: [{ $ref: 'ports/trip-status.json' }, {}] },
    });
    const reread = again(parts);
    expect(reread.product).toEqual(read.product);
    expect(reread.normalisations.filter(({ rule }) => !['T2', 'T12', 'T13'].includes(rule))).toEqual([]);
  });

  it('keeps references inside of the document, and into other documents', () => {
    const root = { ...minimal(), components: { outputPorts: { placed: minimal().interfaceComponents.outputPorts[0] } } };
    root.interfaceComponents.outputPorts = [{ $ref: '#/components/outputPorts/placed' }, { $ref: 'more.json#/list/1' }];
    const more = { list: [0, { ...(minimal().interfaceComponents.outputPorts[0] as object), name: 'other' }] };
    const read = readDescriptor(bundle({ [ROOT]: root, 'more.json': more }));
    const parts = read.parts?.() ?? new Map<string, string>();
    expect(JSON.parse(parts.get(ROOT) ?? '')).toMatchObject({ interfaceComponents: { outputPorts: root.interfaceComponents.outputPorts } });
    expect(readDescriptor(bundle(Object.fromEntries(parts))).product).toEqual(read.product);
  });

  it('keeps extensions to the byte', () => {
    const extension = '{ "big": 12345678901234567890,   "exact": 1.0, "e": 1e3, "none": null,\n  "text": "\\u00e9\\/" }';
    const text = JSON.stringify(minimal(), null, 2).replace('"info": {', `"x-mine": ${extension},\n  "info": {\n    "x-n": 1.50,`);
    const read = readDescriptor(bundle({ [ROOT]: text }));
    expect(read.findings).toEqual([]);
    const written = read.parts?.().get(ROOT) ?? '';
    expect(written).toContain(`"x-mine": ${extension}`);
    expect(written).toContain('"x-n": 1.50');
    const once = readDescriptor(bundle({ [ROOT]: written }));
    expect(once.parts?.().get(ROOT)).toBe(written);
  });

  it('keeps extensions of YAML: to the byte what is written as JSON there, of blocks every number and every quoted text', () => {
    const flow = '{ "big": 12345678901234567890,   "exact": 1.0, "none": null,  "text": "\\u00e9\\/" }';
    const yaml = stringify(minimal()).replace(
      'info:\n',
      `x-flow: ${flow}\nx-block:\n  big: 12345678901234567890\n  list:\n    - 1.50\n    - "\\u00e9"\n    - plain text\n    - { a: b, c: 0x1F }\n  x-inner: 2.0\nx-text: |\n  two\n  lines\ninfo:\n  x-n: 1.50\n`,
    );
    const file = 'data-product-descriptor.yaml';
    const read = readDescriptor(bundle({ [file]: yaml }));
    expect(read.findings).toEqual([]);
    const written = read.parts?.().get(file) ?? '';
    for (const text of [`"x-flow": ${flow}`, '"x-n": 1.50', '"x-text": "two\\nlines\\n"']) expect(written).toContain(text);
    expect(written).toContain(
      '"x-block": {"big": 12345678901234567890, "list": [1.50, "\\u00e9", "plain text", {"a": "b", "c": 31}], "x-inner": 2.0}',
    );
    const once = readDescriptor(bundle({ [file]: written }));
    expect(once.product).toEqual(read.product);
    expect(once.parts?.().get(file)).toBe(written);
  });

  it('repeats in extensions what aliases mean', () => {
    const yaml = stringify(minimal()).replace('info:\n', 'x-a: &a\n  n: 1.50\nx-b: [*a, 2.50]\ninfo:\n');
    const written =
      readDescriptor(bundle({ 'data-product-descriptor.yaml': yaml }))
        .parts?.()
        .get('data-product-descriptor.yaml') ?? '';
    expect(written).toContain('"x-a": {"n": 1.50}');
    expect(written).toContain('"x-b": [{"n":1.5}, 2.50]');
  });
});

/** The third form besides the canonical tree and the parts: nothing is read into it. */
describe('a descriptor as it was received', () => {
  it.each(['json', 'yaml'])('is the same to the byte in the bundle, with its mark and its ends of lines (%s)', async (format) => {
    const folder = await mkdtemp(join(tmpdir(), 'raw-'));
    try {
      const name = `data-product-descriptor.${format}`;
      const text = format === 'json' ? JSON.stringify(minimal(), null, '\t') : stringify(minimal());
      const bytes = Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}  \r\n`);
      await writeFile(join(folder, name), bytes);
      const files = openBundle((await packBundle(folder)).bytes);
      expect(files.root).toBe(name);
      expect(readDescriptor(files).product).toBeDefined();
      expect(Buffer.from(files.read(name)).equals(bytes)).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
