import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { JsonObject, Port, Product } from '../../../descriptors/product.js';
import { loadPolicies, type ChangeFact, type Policy, type PolicyBundle, type PolicyFacts } from '../../../policies/index.js';

const urn = 'urn:dpds:org.example:dataproducts:trips:1';

/** The AsyncAPI document of the example's trip status port. */
export const exampleApi = (): JsonObject =>
  parse(
    readFileSync(join(import.meta.dirname, '../../../examples/track-and-trace/1.0.0/ports/trip-status-api.yaml'), 'utf8'),
  ) as JsonObject;

export function streamingPort(name: string, api?: { specification: string; definition: JsonObject | string }): Port {
  const promises: Port['promises'] = {
    servicesType: 'streaming-services',
    deprecationPolicy: { name: 'notice', version: '1.0.0', specification: 'custom', definition: {} },
  };
  if (api) promises.api = { name: `${name}Api`, version: '1.0.0', ...api };
  return { id: name, fullyQualifiedName: `${urn}:outputports:${name}`, entityType: 'outputport', name, version: '1.0.0', promises };
}

export function product(
  outputPorts: Port[] = [streamingPort('tripStatus', { specification: 'asyncapi', definition: exampleApi() })],
): Product {
  return {
    dataProductDescriptor: '1.0.0',
    info: {
      id: '00000000-0000-5000-8000-000000000000',
      fullyQualifiedName: urn,
      entityType: 'dataproduct',
      name: 'trips',
      version: '1.0.0',
      domain: 'transport',
      owner: { id: 'team@example.org' },
      contactPoints: [{ name: 'Support', channel: 'support@example.org' }],
    } as Product['info'],
    interfaceComponents: { inputPorts: [], outputPorts, discoveryPorts: [], observabilityPorts: [], controlPorts: [] },
    internalComponents: { applicationComponents: [], infrastructuralComponents: [] },
  };
}

export const change = (address: string, changes: Partial<ChangeFact> = {}): ChangeFact => ({
  address,
  action: 'create',
  dataLoss: false,
  phase: 'apply',
  undo: 'exact',
  ...changes,
});

export const facts = (changes: Partial<PolicyFacts> = {}): PolicyFacts => ({
  operation: 'deploy',
  product: product(),
  changes: [],
  environment: { name: 'local', stage: 'local' },
  request: { requestedBy: 'ann@example.org' },
  now: '2026-01-02T03:04:05.000Z',
  ...changes,
});

/** A policy that is asked at `plan`: in CEL unless another form is given. */
const sample = (changes: Partial<Policy>): Policy => ({
  name: 'sample',
  version: '1.0.0',
  description: 'a sample',
  owner: 'tests',
  points: ['plan'],
  ...(changes.rego === undefined && { validations: [{ expression: 'true', message: 'never' }] }),
  severity: 'blocking',
  life: 'enforced',
  ...changes,
});

/** A bundle of one policy that is asked at `plan`. */
export const bundleOf = (changes: Partial<Policy>): PolicyBundle =>
  loadPolicies([{ name: 'sample.yaml', text: stringify(sample(changes)) }]);

/** The same in Rego: the text behind the package line. */
export const regoBundle = (module: string, changes: Partial<Policy> = {}): PolicyBundle =>
  loadPolicies([
    { name: 'sample.yaml', text: stringify(sample({ rego: 'sample.rego', ...changes })) },
    { name: 'sample.rego', text: `package policies.sample\n\n${module}\n` },
  ]);
