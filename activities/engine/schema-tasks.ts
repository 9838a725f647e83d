import { channelsOf, type Message, type Port, type Product } from '../../descriptors/index.js';
import type { Environment } from '../../lifecycle/environment.js';
import { subjectOf } from '../../lifecycle/ids.js';
import type { VersionPin } from '../../lifecycle/plan.js';
import type { OrderedTask } from '../../lifecycle/steps.js';

type Schema = NonNullable<Message['valueSchema']>;

/**
 * The schemas of ports as tasks of the schema registry. Output ports: old readers must read new data (FORWARD). Input ports:
 * new readers must read old data (BACKWARD). Where this product's own infrastructure does not provide the topic of an input port, the
 * subject and its level are its owner's: they are only checked, and only where the environment has a registry. Keys are guarded like values.
 */
export function schemaTasks(product: Product, environment: Environment, pin: VersionPin): OrderedTask[] {
  const { inputPorts, outputPorts } = product.interfaceComponents;
  const provided = new Set(product.internalComponents.infrastructuralComponents.flatMap(({ providesTo }) => providesTo ?? []));
  const isOwn = ({ fullyQualifiedName }: Port): boolean => provided.has(fullyQualifiedName);
  // Of several messages in one topic nobody can tell which version is whose.
  const hasOneMessage = (port: Port): boolean => channelsOf(port).every(({ messages }) => messages.length === 1);
  const others = environment.schemaRegistry ? inputPorts.filter((port) => !isOwn(port)) : [];
  const ports = [
    ...inputPorts.filter(isOwn).map((port) => ({ port, kind: 'inputPort' as const, guard: { compatibility: 'BACKWARD_TRANSITIVE' } })),
    // A port that was this product's keeps its task, so that letting go of it takes no schema away.
    ...others.map((port) => ({
      port,
      kind: 'inputPort' as const,
      guard: { checkOnly: true, ...(!hasOneMessage(port) && { judged: false }) },
    })),
    ...outputPorts.map((port) => ({ port, kind: 'outputPort' as const, guard: { compatibility: 'FORWARD_TRANSITIVE' } })),
  ];
  return ports.flatMap(({ port, kind, guard }) =>
    channelsOf(port).flatMap(({ topic, messages }) => {
      const taskOf = (part: 'key' | 'value', { inline, format }: Schema, index: number): OrderedTask => ({
        id: `${kind}:${port.name}:${part === 'key' ? 'key-schema' : 'schema'}${index === 0 ? '' : `:${index + 1}`}`,
        component: { kind, name: port.name, fqn: port.fullyQualifiedName },
        after: [],
        service: 'schema-registry',
        phase: 'schemas',
        bundle: pin.bundle,
        template: { inline },
        configurations: {
          subject: subjectOf(`${environment.variables['TOPIC_PREFIX'] ?? ''}${topic}`, part),
          schemaType: format.toUpperCase(),
          ...guard,
        },
      });
      // The records of a topic have keys of one kind, whichever message they are.
      const keys = new Map(messages.flatMap(({ keySchema }) => (keySchema ? [[JSON.stringify(keySchema), keySchema]] : [])));
      return [
        ...messages.flatMap(({ valueSchema }, index) => (valueSchema ? [taskOf('value', valueSchema, index)] : [])),
        ...[...keys.values()].map((keySchema, index) => taskOf('key', keySchema, index)),
      ];
    }),
  );
}
