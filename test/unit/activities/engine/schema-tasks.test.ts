import { describe, expect, it } from '@jest/globals';
import { schemaTasks } from '../../../../activities/engine/schema-tasks.js';
import type { Environment } from '../../../../lifecycle/environment.js';
import { product } from '../../descriptors/example.js';

const pin = { bundle: 'sha256:0', fqn: 'urn:dpds:x:dataproducts:y:1', version: '1.0.0' } as unknown as Parameters<typeof schemaTasks>[2];
const environment = (changes: Partial<Environment> = {}): Environment =>
  ({ name: 'test', variables: { TOPIC_PREFIX: 'x.' }, schemaRegistry: { url: 'http://registry' }, ...changes }) as Environment;
const guards = (changed = product(), at = environment()) =>
  schemaTasks(changed, at, pin).map(({ id, configurations: { subject, compatibility, checkOnly } }) => [
    id,
    subject,
    checkOnly === true ? 'check' : compatibility,
  ]);

/** Proves whose subject is guarded in which direction: one's own, and that of somebody else is only looked at. */
describe('the schemas of ports as tasks', () => {
  it('guards outputs for old readers, and inputs for new readers where the topic is the product’s own', () => {
    expect(guards()).toEqual([
      ['inputPort:tripEvent:schema', 'x.trip-events-value', 'BACKWARD_TRANSITIVE'],
      ['outputPort:tripStatus:schema', 'x.trip-status-value', 'FORWARD_TRANSITIVE'],
      ['outputPort:tripPosition:schema', 'x.trip-position-value', 'FORWARD_TRANSITIVE'],
    ]);
  });

  it('guards keys that have a structure like values, each once; a plain text has no subject', () => {
    const keyed = product();
    const key = { type: 'record', name: 'TripKey', fields: [{ name: 'tripId', type: 'string' }] };
    const [input] = keyed.interfaceComponents.inputPorts;
    const [output] = keyed.interfaceComponents.outputPorts;
    for (const port of [input, output]) {
      type Written = { channels: { [name: string]: { publish?: object; subscribe?: object } }; components: { messages: object } };
      const definition = port!.promises!.api!.definition as unknown as Written;
      Object.assign(definition.components, { schemas: { key } });
      for (const message of Object.values(definition.components.messages) as object[])
        Object.assign(message, { bindings: { kafka: { key: { $ref: '#/components/schemas/key' } } } });
      for (const operation of Object.values(definition.channels).flatMap(({ publish, subscribe }) => publish ?? subscribe ?? []))
        if (port === output) Object.assign(operation, { message: { oneOf: Array(2).fill((operation as { message: object }).message) } });
    }
    const keys = guards(keyed).filter(([, subject]) => String(subject).endsWith('-key'));
    expect(keys).toEqual([
      ['inputPort:tripEvent:key-schema', 'x.trip-events-key', 'BACKWARD_TRANSITIVE'],
      ['outputPort:tripStatus:key-schema', 'x.trip-status-key', 'FORWARD_TRANSITIVE'],
    ]);
    const [task] = schemaTasks(keyed, environment(), pin).filter(({ id }) => id.endsWith('key-schema'));
    expect(task).toMatchObject({ template: { inline: key }, configurations: { schemaType: 'AVRO' } });
  });

  it('only checks the subject of an input whose topic comes from elsewhere, where there is a registry', () => {
    const taking = product();
    for (const component of taking.internalComponents.infrastructuralComponents) delete component.providesTo;
    expect(guards(taking)[0]).toEqual(['inputPort:tripEvent:schema', 'x.trip-events-value', 'check']);
    const { schemaRegistry: _, ...without } = environment();
    expect(guards(taking, without as Environment).map(([id]) => id)).toEqual([
      'outputPort:tripStatus:schema',
      'outputPort:tripPosition:schema',
    ]);
  });

  it('keeps the task of an input with several messages that it lets go of: nothing is judged, and nothing taken away', () => {
    const taking = product();
    for (const component of taking.internalComponents.infrastructuralComponents) delete component.providesTo;
    const [input] = taking.interfaceComponents.inputPorts;
    const definition = input!.promises!.api!.definition as { channels: { [name: string]: { publish?: object; subscribe?: object } } };
    for (const channel of Object.values(definition.channels))
      for (const operation of [channel.publish, channel.subscribe] as ({ message: unknown } | undefined)[])
        if (operation) operation.message = { oneOf: [operation.message, operation.message] };
    const tasks = schemaTasks(taking, environment(), pin).filter(({ component }) => component.kind === 'inputPort');
    expect(tasks.map(({ id }) => id)).toEqual(['inputPort:tripEvent:schema', 'inputPort:tripEvent:schema:2']);
    for (const { configurations } of tasks) expect(configurations).toMatchObject({ checkOnly: true, judged: false });
  });
});
