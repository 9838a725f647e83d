import type { Json, JsonObject } from './json.js';

/**
 * The canonical tree: the shape of DPDS 1.0.0 with every reference resolved, every tolerated form normalised, every name, fqn and id
 * filled in. Holds only what `readDescriptor` found free of errors. Extensions (`x-...`) stay where they were.
 */
export interface Product {
  /** Version of the specification, e.g. `1.0.0`. */
  dataProductDescriptor: string;
  info: ProductInfo;
  interfaceComponents: { [kind in PortList]: Port[] };
  internalComponents: {
    applicationComponents: Component[];
    infrastructuralComponents: Component[];
    /** Stage → tasks in the order written. */
    lifecycleInfo?: { [stage: string]: LifecycleTask[] };
  };
  tags?: string[];
}

export interface ProductInfo {
  /** UUIDv5 of the fqn. */
  id: string;
  /** `urn:dpds:{namespace}:dataproducts:{name}:{major}`. */
  fullyQualifiedName: string;
  entityType: 'dataproduct';
  name: string;
  displayName?: string;
  description?: string;
  version: string;
  domain: string;
  owner: { id: string; name?: string };
}

/** The lists of ports, as the specification spells and orders them. */
export const portLists = ['inputPorts', 'outputPorts', 'discoveryPorts', 'observabilityPorts', 'controlPorts'] as const;
export type PortList = (typeof portLists)[number];

export const componentLists = ['applicationComponents', 'infrastructuralComponents'] as const;
export type ComponentList = (typeof componentLists)[number];

/** The kinds as tasks and people call them. */
export type ComponentKind =
  'inputPort' | 'outputPort' | 'discoveryPort' | 'observabilityPort' | 'controlPort' | 'application' | 'infrastructure';

/** How each list's members are called: as a kind, as `entityType`, and inside an fqn. */
export const kinds: { readonly [list in PortList | ComponentList]: { kind: ComponentKind; entityType: string; segment: string } } = {
  inputPorts: { kind: 'inputPort', entityType: 'inputport', segment: 'inputports' },
  outputPorts: { kind: 'outputPort', entityType: 'outputport', segment: 'outputports' },
  discoveryPorts: { kind: 'discoveryPort', entityType: 'discoveryport', segment: 'discoveryports' },
  observabilityPorts: { kind: 'observabilityPort', entityType: 'observabilityport', segment: 'observabilityports' },
  controlPorts: { kind: 'controlPort', entityType: 'controlport', segment: 'controlports' },
  applicationComponents: { kind: 'application', entityType: 'application', segment: 'applications' },
  infrastructuralComponents: { kind: 'infrastructure', entityType: 'infrastructure', segment: 'infrastructure' },
};

export interface Entity {
  id: string;
  fullyQualifiedName: string;
  entityType: string;
  name: string;
  version: string;
  displayName?: string;
  description?: string;
}

export interface Port extends Entity {
  promises?: {
    platform?: string;
    /** `streaming-services`, `datastore-services`, ...: an open list. */
    servicesType?: string;
    api?: StandardDefinition;
    deprecationPolicy?: StandardDefinition;
    slo?: StandardDefinition;
  };
  expectations?: { audience?: StandardDefinition; usage?: StandardDefinition };
  obligations?: { termsAndConditions?: StandardDefinition; billingPolicy?: StandardDefinition; sla?: StandardDefinition };
}

export interface StandardDefinition {
  name: string;
  version: string;
  specification: string;
  specificationVersion?: string;
  /** The foreign document: an object when it is JSON or YAML (other files of the bundle that it refers to are inlined), else its text. */
  definition: JsonObject | string;
}

export interface Component extends Entity {
  platform?: string;
  applicationType?: string;
  infrastructureType?: string;
  consumesFrom?: string[];
  providesTo?: string[];
  dependsOn?: string[];
  buildInfo?: LifecycleTask;
  provisionInfo?: LifecycleTask;
  deployInfo?: LifecycleTask;
}

export interface LifecycleTask {
  name?: string;
  order?: number;
  /** Name of the executor, or of a service that the environment maps to one. */
  service?: string;
  /** `$href` is a path of the bundle here. Anything else is inline and passed as it is. */
  template?: JsonObject | string;
  configurations?: JsonObject;
}

/** Where a node of the canonical tree was written. */
export interface Position {
  /** Path in the bundle. */
  file: string;
  /** JSON Pointer inside that file. */
  pointer: string;
  /** First line is 1. */
  line: number;
}

/** One tolerated form that was brought to the canonical one. */
export interface Normalisation {
  /** Rule of the reader, e.g. `T5`. */
  rule: string;
  /** JSON Pointer into the canonical tree. */
  pointer: string;
  file?: string;
  line?: number;
  message: string;
  /** The former spelling, where lookups still use it (fully qualified names). */
  alias?: string;
}

export type { Json, JsonObject };
