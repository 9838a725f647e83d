import { describe, expect, it } from '@jest/globals';
import * as ids from '../../../lifecycle/ids.js';

const line = 'urn:dpds:org.test:dataproducts:trips';
const digest = `sha256:${'0123456789ab'.padEnd(64, 'f')}` as const;

describe('ids', () => {
  it('of workflows hold no slash, so that the HTTP interface of the server can serve them', () => {
    const all = [
      ids.registerWorkflowId(line, '1.0.0'),
      ids.operationWorkflowId('deploy', 'local', line),
      ids.exceptionWorkflowId('local', line, digest),
      ids.notificationWorkflowId(`exception:local:${line}:0123456789ab/reminder/2`),
    ];
    const request = `exception:local:${line}:0123456789ab`;
    expect(all).toEqual([`register:${line}@1.0.0`, `deploy:local:${line}`, request, `notify:${request}:reminder:2`]);
    expect(all.some((id) => id.includes('/'))).toBe(false);
  });

  it('give each executor and each target of notifications a queue of its own', () => {
    expect(ids.executorQueue('terraform')).toBe('steward.terraform');
    expect(ids.notificationQueue('pager')).toBe('steward.notifications.pager');
  });

  it('of effects are the same for the same taking and step, and others otherwise', () => {
    const key = ids.stepKey(line, 'local', 3, 'a:b');
    expect(ids.stepKey(line, 'local', 3, 'a:b')).toBe(key);
    expect(
      new Set([key, ids.stepKey(line, 'local', 4, 'a:b'), ids.stepKey(line, 'prod', 3, 'a:b'), ids.stepKey(line, 'local', 3, 'a')]).size,
    ).toBe(4);
  });
});

describe('keys of the catalog', () => {
  it('of a product begin where the product is listed', () => {
    expect(ids.productKey(line)).toBe(`products/${line}/product.json`);
    expect(ids.environmentKey(line, 'local')).toBe(`${ids.environmentsPrefix(line)}local/environment.json`);
    expect(ids.evidenceKey(line, '2026-01-02T03:04:05.678Z', 'deploy').startsWith(ids.evidencePrefix(line))).toBe(true);
  });

  it('of an exception differ by its request, so that it can be asked for again after a no', () => {
    const first = ids.exceptionKey(line, 'local', digest, '2026-01-02T03:04:05.678Z');
    expect(first).toMatch(/-20260102T030405678Z\.json$/);
    expect(ids.exceptionKey(line, 'local', digest, '2026-01-03T03:04:05.678Z')).not.toBe(first);
  });

  it('of blobs are their digests', () => {
    expect(ids.blobKey(digest)).toBe(`blobs/sha256/${ids.hex(digest)}`);
    expect(ids.hex(digest)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of Terraform states keep majors, environments and tasks apart', () => {
    const keys = [
      ids.terraformStateKey(`${line}:1`, 'local', 'infrastructure:store:provision'),
      ids.terraformStateKey(`${line}:2`, 'local', 'infrastructure:store:provision'),
      ids.terraformStateKey(`${line}:1`, 'prod', 'infrastructure:store:provision'),
      ids.terraformStateKey(`${line}:1`, 'local', 'infrastructure:other:provision'),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});
