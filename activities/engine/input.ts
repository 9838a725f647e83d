import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import { Failure } from '../../lifecycle/failures.js';
import { nearest } from '../../descriptors/nearest.js';
import type { DeployInput, InspectInput, RegisterInput, RehearseInput, RetireInput } from '../../lifecycle/operations.js';

/** Inputs as people type them into the Temporal UI: a wrong shape is told at once, all of it, with the nearest known field. */
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

const common = {
  requestedBy: { type: 'string' },
  reason: { type: 'string' },
  ticket: { type: 'string', maxLength: 200 },
  statement: { type: 'string' },
  dryRun: { type: 'boolean' },
};
const name = { type: 'string', minLength: 1, maxLength: 300 };
const digest = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };

const operation = {
  type: 'object',
  required: ['product', 'version', 'environment'],
  additionalProperties: false,
  properties: { product: name, version: name, environment: { ...name, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' }, ...common },
};
const register = {
  type: 'object',
  additionalProperties: false,
  properties: {
    bundle: digest,
    descriptor: { type: 'object' },
    descriptorUrl: { type: 'string', minLength: 1, maxLength: 2000 },
    ...common,
  },
  oneOf: [{ required: ['bundle'] }, { required: ['descriptorUrl'] }, { required: ['descriptor'] }],
};
const retire = { ...operation, properties: { ...operation.properties, sunset: { type: 'string' } } };

const { dryRun: _, ...rehearsed } = operation.properties;
const recover = { ...operation, required: ['product', 'environment'], properties: { ...rehearsed, version: { type: 'string' } } };
const rehearse = { ...operation, required: ['product', 'environment'], properties: { ...rehearsed, from: name } };

const { ticket: __, ...inspected } = rehearsed;
const inspect = { ...operation, required: ['product', 'environment'], properties: inspected };

const plannable = {
  ...operation,
  properties: { ...operation.properties, bundle: digest },
  dependencies: { bundle: { required: ['dryRun'], properties: { dryRun: { const: true } } } },
};

const validators = {
  register: ajv.compile<RegisterInput>(register),
  deploy: ajv.compile<DeployInput>(plannable),
  upgrade: ajv.compile<DeployInput>(plannable),
  retire: ajv.compile<RetireInput>(retire),
  recover: ajv.compile<DeployInput>(recover),
  rehearse: ajv.compile<RehearseInput>(rehearse),
  inspect: ajv.compile<InspectInput>(inspect),
};
const fields = { register, deploy: plannable, upgrade: plannable, retire, recover, rehearse, inspect };

/** Throws `InvalidInput` that lists every fault in words and shows a right input. */
export function checkInput(kind: keyof typeof validators, input: unknown): void {
  const validate = validators[kind];
  if (validate(input)) return;
  const faults = [...new Set(meaningful(validate.errors ?? []).map((error) => inWords(error, Object.keys(fields[kind].properties))))];
  throw new Failure(
    'InvalidInput',
    `the input of ${kind} is wrong: ${faults.join('; ')}. Right is e.g. ${JSON.stringify(examples[kind])}`,
    { details: { faults } },
  );
}

const examples = {
  register: { bundle: `sha256:${'0'.repeat(64)}` },
  deploy: { product: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', version: '1.0.0', environment: 'local' },
  upgrade: { product: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', version: '1.1.0', environment: 'local' },
  retire: { product: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', version: '1.1.0', environment: 'local' },
  recover: { product: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', environment: 'local' },
  rehearse: { product: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', from: '1.0.0', version: '1.1.0', environment: 'local' },
  inspect: { product: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', environment: 'local' },
};

/** Where two ways in are given, nothing is missing: the third is no fault. */
function meaningful(errors: ErrorObject[]): ErrorObject[] {
  const isTooMuch = errors.some(({ keyword, params }) => keyword === 'oneOf' && params['passingSchemas'] !== null);
  return isTooMuch ? errors.filter(({ keyword, schemaPath }) => keyword !== 'required' || !schemaPath.includes('oneOf')) : errors;
}

const WAYS = 'bundle or descriptor is needed, or descriptorUrl';

function inWords(error: ErrorObject, known: string[]): string {
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.schemaPath.includes('/dependencies/bundle/')) return 'a bundle that is not registered is only planned: dryRun has to be true';
  switch (error.keyword) {
    case 'type':
      return field === '' ? 'it is no JSON object' : `${field} ${error.message}`;
    case 'required':
      return error.schemaPath.includes('oneOf') ? WAYS : `${error.params['missingProperty']} is missing`;
    case 'oneOf':
      return error.params['passingSchemas'] === null ? WAYS : 'either bundle, descriptorUrl or descriptor is needed, not both';
    case 'additionalProperties': {
      const unknown = String(error.params['additionalProperty']);
      const meant = nearest(unknown, known);
      return `${unknown} is not known${meant ? ` (did you mean ${meant}?)` : ''}`;
    }
    default:
      return `${field} ${error.message}`;
  }
}
