import type { ComparisonFacts, Component, Port, Product } from '../../../../../descriptors/index.js';
import type { JsonObject } from '../../../../../descriptors/json.js';

/** A change of the example and what it has to be called. */
export interface Case {
  /** `C35/output`: a rule and the case of it. */
  rule: string;
  /** Class and smallest bump. */
  is: string;
  what: string;
  /** Makes the former version, out of the example. */
  before?: (tree: Product) => void;
  /** Makes the new version, out of the former. */
  change: (tree: Product) => void;
  facts?: ComparisonFacts;
}

export const first = <T>(items: readonly T[]): T => items[0] as T;
export const output = (tree: Product): Port => first(tree.interfaceComponents.outputPorts);
export const input = (tree: Product): Port => first(tree.interfaceComponents.inputPorts);
export const app = (tree: Product): Component => first(tree.internalComponents.applicationComponents);
export const infra = (tree: Product): Component => first(tree.internalComponents.infrastructuralComponents);
/** What a test wants to say about documents that have no type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const api = (port: Port): any => port.promises!.api!.definition;
export const channel = (port: Port) => first(Object.values(api(port).channels as { [name: string]: JsonObject }));
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const message = (port: Port): any => first(Object.values(api(port).components.messages as { [name: string]: JsonObject }));
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const kafka = (port: Port): any => (channel(port) as any).bindings.kafka;
export const definition = (value: JsonObject) => ({
  name: 'any',
  version: '1.0.0',
  specification: 'custom',
  specificationVersion: '1',
  definition: value,
});
