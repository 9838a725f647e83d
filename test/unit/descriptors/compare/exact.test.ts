import { describe, expect, it } from '@jest/globals';
import { compareDescriptors, readDescriptor, type ChangeFinding, type Product } from '../../../../descriptors/index.js';
import { bundle, ROOT } from '../example.js';
import { agreements } from './exact/agreements.js';
import { interfaces } from './exact/interfaces.js';
import { streams } from './exact/streams.js';
import { surroundings } from './exact/surroundings.js';
import { tree, type Exact, type Tree } from './exact/tree.js';

/** A case that is no valid descriptor proves nothing. */
function read(written: Tree): Product {
  const { product, findings } = readDescriptor(bundle({ [ROOT]: written }));
  if (!product) throw new Error(JSON.stringify(findings.filter(({ severity }) => severity === 'error')));
  return product;
}

/** What the change is, apart from whether versions say so. */
const isAboutVersions = ({ rule, variant }: ChangeFinding): boolean =>
  rule === 'C4' || ((rule === 'C6' || rule === 'C7') && variant === 'product');

const PLACES = /^\/interfaceComponents\/(output|input|control)Ports\/0(\/promises\/api\/definition)?/;

function told({ rule, variant, pointer = '' }: ChangeFinding): string {
  return `${rule}/${variant} ${pointer.replace(PLACES, (_, kind: string, document?: string) => `${kind}${document === undefined ? '' : ':'}`)}`;
}

describe.each<[string, Exact[]]>([
  ['the product and what is inside', surroundings],
  ['agreements', agreements],
  ['AsyncAPI', streams],
  ['OpenAPI and DataStoreAPI', interfaces],
])('every change is told once, at its place: %s', (_name, cases) => {
  it.each(cases.map((each) => [each[0], each] as const))('%s', (_what, [, expected, change, before]) => {
    const old = tree();
    before?.(old);
    const next = structuredClone(old);
    next.info.version = '1.1.0';
    change(next);
    const { findings } = compareDescriptors(read(old), read(next), { facts: { now: '2026-06-01T00:00:00Z' } });
    expect(findings.filter((finding) => !isAboutVersions(finding)).map(told)).toEqual(expected);
  });
});
