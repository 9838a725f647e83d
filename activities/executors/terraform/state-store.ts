import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { createObjectStore, type ObjectStore } from '../../../catalog/object-store.js';
import type { TerraformSystem } from '../../../lifecycle/environment.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { Outputs } from '../../../lifecycle/executor.js';
import type { TerraformDeps } from './deps.js';

/** What a state says, read straight from the object store (format 4, the same in Terraform and OpenTofu). */
export interface StateView {
  lineage: string;
  serial: number;
  resources: StateResource[];
  /** Without sensitive ones. */
  outputs: Outputs;
}

export interface StateResource {
  address: string;
  type: string;
  id?: string;
  tainted: boolean;
}

/** The lock that Terraform puts beside the state. */
export interface StateLock {
  ID: string;
  Operation: string;
  /** user@host */
  Who: string;
  /** ISO 8601 with a fraction of nanoseconds. */
  Created: string;
}

/** Which program wrote a state. */
export interface Tool {
  product: 'terraform' | 'opentofu';
  version: string;
}

/** A state, its lock and its tool marker. All errors are failures that name the object store. */
export interface StateStore {
  key: string;
  read(): Promise<StateView | undefined>;
  lock(): Promise<StateLock | undefined>;
  tool(): Promise<Tool | undefined>;
  markTool(tool: Tool): Promise<void>;
  /** Removes an empty state with its marker. */
  remove(): Promise<void>;
}

/** Opens the object store of an environment's states. */
export function openStates(state: TerraformSystem['state'], deps: Pick<TerraformDeps, 'secret'>): ObjectStore {
  const { bucket, region, endpoint } = state;
  const credentials = { accessKeyId: deps.secret(state.accessKeyId), secretAccessKey: deps.secret(state.secretAccessKey) };
  return createObjectStore({ bucket, region, ...(endpoint === undefined ? {} : { endpoint }), ...credentials });
}

export function stateStore(store: ObjectStore, key: string): StateStore {
  const toolKey = key.replace(/[^/]*$/, 'tool.json');
  const json = async <T>(name: string): Promise<T | undefined> => {
    const object = await store.get(name);
    return object && (JSON.parse(Buffer.from(object.bytes).toString('utf8')) as T);
  };
  return {
    key,
    read: async () => view(await json<RawState>(key)),
    lock: () => json<StateLock>(`${key}.tflock`),
    tool: () => json<Tool>(toolKey),
    async markTool(tool) {
      const present = await store.get(toolKey);
      const same = present && Buffer.from(present.bytes).toString('utf8') === JSON.stringify(tool);
      // A lost race is a marker by somebody who runs the same program: the check before has seen to that.
      if (!same) await store.swap(toolKey, Buffer.from(JSON.stringify(tool)), present?.etag, {});
    },
    async remove() {
      for (const Key of [key, toolKey]) {
        await store.tell(`remove ${Key}`, () => store.client.send(new DeleteObjectCommand({ Bucket: store.bucket, Key })));
      }
    },
  };
}

interface RawState {
  lineage: string;
  serial: number;
  outputs?: { [name: string]: { value: Json; sensitive?: boolean } };
  resources?: {
    module?: string;
    mode: 'managed' | 'data';
    type: string;
    name: string;
    instances: { index_key?: string | number; status?: string; deposed?: string; attributes?: { id?: unknown } }[];
  }[];
}

function view(raw: RawState | undefined): StateView | undefined {
  if (!raw) return undefined;
  const resources = (raw.resources ?? [])
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ module, type, name, instances }) =>
      instances.map((instance) => ({
        address: `${module === undefined ? '' : `${module}.`}${type}.${name}${index(instance.index_key)}`,
        type,
        ...(typeof instance.attributes?.id === 'string' ? { id: instance.attributes.id } : {}),
        tainted: instance.status === 'tainted',
      })),
    );
  const outputs = Object.entries(raw.outputs ?? {}).filter(([, output]) => output.sensitive !== true);
  return {
    lineage: raw.lineage,
    serial: raw.serial,
    resources,
    outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])),
  };
}

const index = (key: string | number | undefined): string => (key === undefined ? '' : `[${JSON.stringify(key)}]`);
