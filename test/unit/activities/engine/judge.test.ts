import { describe, expect, it } from '@jest/globals';
import { createJudging } from '../../../../activities/engine/judge.js';
import type { EngineDeps } from '../../../../activities/engine/deps.js';
import { filesOf, type BundleFiles } from '../../../../descriptors/bundle/index.js';
import { digestOfJson } from '../../../../descriptors/digest.js';
import type { Digest } from '../../../../lifecycle/digest.js';
import { defaultPolicies } from '../../../../policies/index.js';
import { plainGovernance } from '../../../support/governance.js';

const line = 'urn:dpds:org.test:dataproducts:thing';
/** Longer than what a finding shows of a value. */
const domain = (end: string): string => `${'a word of many '.repeat(8)}${end}`;

const bundles = new Map<Digest, BundleFiles>();
function bundle(version: string, info: object): Digest {
  const descriptor = {
    dataProductDescriptor: '1.0.0',
    info: { fullyQualifiedName: `${line}:1`, name: 'thing', version, domain: 'things', owner: { id: 'team@test.org' }, ...info },
    interfaceComponents: { outputPorts: [] },
  };
  const digest = digestOfJson(descriptor);
  bundles.set(
    digest,
    filesOf('data-product-descriptor.json', new Map([['data-product-descriptor.json', Buffer.from(JSON.stringify(descriptor))]])),
  );
  return digest;
}

/** A catalog that knows the first version, and nothing that was granted. */
const known = { versions: { '1.0.0': { version: '1.0.0', bundle: bundle('1.0.0', {}), state: 'registered' } } };
const deps = {
  descriptors: {},
  bundle: async (digest: Digest) => bundles.get(digest),
  catalog: { products: { read: async () => ({ record: known }) }, exceptions: { list: async () => [] }, flags: { list: async () => [] } },
  registration: plainGovernance({ approvers: ['everybody'], approvalDeadline: '1 day' }),
} as unknown as EngineDeps;

describe('judging a registration', () => {
  const judge = async (info: object, reason?: string) => {
    const digest = bundle('1.1.0', info);
    const found = await createJudging(deps, { of: async () => defaultPolicies() } as unknown as Parameters<
      typeof createJudging
    >[1]).judgeRegistration({ bundle: digest, requestedBy: 'somebody', reason });
    return found.find(({ policy }) => policy === 'change-needs-approval')!;
  };

  it('asks for the same exception for the same content, and for another where only what is not shown differs', async () => {
    const [one, same, other] = [
      await judge({ domain: domain('one') }),
      await judge({ domain: domain('one') }),
      await judge({ domain: domain('two') }),
    ];
    expect(one.exception?.evidence[1]).toBe(other.exception?.evidence[1]);
    expect(one.exception?.digest).toBe(same.exception?.digest);
    expect(one.exception?.digest).not.toBe(other.exception?.digest);
  });

  it('tells who has to agree what was asked, of what, and why', async () => {
    const { exception } = await judge({ domain: 'other things' }, 'for the audit');
    expect(exception).toMatchObject({
      reason: 'for the audit',
      requestedBy: 'somebody',
      approvers: ['everybody'],
      environment: 'registry',
    });
    expect(exception?.evidence).toEqual([
      `version 1.1.0 (${bundle('1.1.0', { domain: 'other things' })})`,
      'C9 /info/domain: things becomes other things',
    ]);
  });
});
