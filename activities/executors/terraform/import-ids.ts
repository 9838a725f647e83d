import type { Json } from '../../../lifecycle/digest.js';

type ImportId = (values: { [name: string]: Json }) => string | undefined;

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Resource type → the id by which it can be imported, from its planned values. With it a resource that a killed apply left in the world
 * but in no state is found again. A type without an entry is named to a person instead.
 */
const table: { [type: string]: ImportId } = {
  kafka_topic: ({ name }) => text(name),
  kafka_acl: (values) => {
    const parts = [
      'acl_principal',
      'acl_host',
      'acl_operation',
      'acl_permission_type',
      'resource_type',
      'resource_name',
      'resource_pattern_type_filter',
    ];
    const found = parts.map((part) => text(values[part]));
    return found.includes(undefined) ? undefined : found.join('|');
  },
};

/** Types that exist in the state only: there is nothing in the world to be found again. */
const stateOnly = new Set([
  'terraform_data',
  'null_resource',
  'random_id',
  'random_pet',
  'random_string',
  'random_password',
  'time_static',
]);

/** The import id; `state-only` when there can be nothing outside the state; `unknown` when the table has no answer. */
export function importId(type: string, values: Json): { id: string } | 'state-only' | 'unknown' {
  if (stateOnly.has(type)) return 'state-only';
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return 'unknown';
  const id = table[type]?.(values);
  return id === undefined ? 'unknown' : { id };
}
