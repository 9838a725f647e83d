import { describe, expect, it } from '@jest/globals';
import { filesOf, readDescriptor } from '../../../../descriptors/index.js';
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
    expect(reread.normalisations.filter(({ rule }) => !['T12', 'T13'].includes(rule))).toEqual([]);
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
});
