import { randomBytes } from 'node:crypto';
import { digestOf } from '../../catalog/index.js';
import type { EnvironmentRecord, ProductRecord, VersionRecord } from '../../lifecycle/records.js';

/** Small valid records: the tests add what they are about. */

export const uniqueLine = (): string => `urn:dpds:org.example:dataproducts:trips-${randomBytes(4).toString('hex')}`;

export function productRecord(line: string, changes: Partial<ProductRecord> = {}): ProductRecord {
  return { line, name: 'trips', domain: 'transport', owner: 'team-trips', versions: {}, ...changes };
}

export function version(line: string, number: string): VersionRecord {
  return {
    version: number,
    fqn: `${line}:1`,
    state: 'registered',
    bundle: digestOf(`${line}@${number}`),
    registeredAt: '2026-01-02T03:04:05.000Z',
    registeredBy: 'tests',
  };
}

export function environmentRecord(line: string, environment: string): EnvironmentRecord {
  return { line, environment, fence: 0, instances: {} };
}

/** Counts the fence up, as an operation does that takes the record. */
export const takeFence =
  (line: string, environment = 'local') =>
  (current: EnvironmentRecord = environmentRecord(line, environment)): EnvironmentRecord => ({ ...current, fence: current.fence + 1 });
