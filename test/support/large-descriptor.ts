/** Descriptors of any size, valid and with what makes real ones large: ports with a schema each, or few ports with very long schemas. */

/** A product with so many output ports, each with an AsyncAPI document and a schema of `fields` fields. */
export const withPorts = (ports: number, fields = 12) => descriptor(Array.from({ length: ports }, (_, index) => port(index, fields)));

/** About so many bytes of indented JSON in ports of an ordinary size. */
export const manyPorts = (bytes: number) => withPorts(Math.ceil(bytes / lengthOf(port(1000, 12))));

/** About so many bytes of indented JSON in few ports, nearly all of them in the definitions that stand inline. */
export const hugeDefinitions = (bytes: number, ports = 4) => {
  const perField = (lengthOf(port(0, 2000)) - lengthOf(port(0, 1000))) / 1000;
  return withPorts(ports, Math.ceil(bytes / ports / perField));
};

const lengthOf = (value: unknown): number => JSON.stringify(descriptor([value]), null, 2).length - 700;

const FQN = 'urn:dpds:com.company:dataproducts:large:1';

const descriptor = (outputPorts: unknown[]) => ({
  dataProductDescriptor: '1.0.0',
  info: {
    name: 'large',
    fullyQualifiedName: FQN,
    version: '1.0.0',
    domain: 'Sales',
    owner: { id: 'sales@company.com' },
  },
  interfaceComponents: { inputPorts: [], outputPorts },
  internalComponents: {
    applicationComponents: [],
    infrastructuralComponents: [{ name: 'store', version: '1.0.0', provisionInfo: { service: 'terraform', configurations: {} } }],
  },
});

const port = (index: number, fields: number) => ({
  name: `port${index}`,
  fullyQualifiedName: `${FQN}:outputports:port${index}`,
  entityType: 'outputport',
  version: '1.0.0',
  displayName: `Port ${index}`,
  description: `What happens in region ${index}, one record for each change of state.`,
  promises: {
    platform: 'local:kafka',
    servicesType: 'streaming-services',
    api: {
      name: `port${index}Api`,
      version: '1.0.0',
      specification: 'asyncapi',
      specificationVersion: '2.5.0',
      definition: {
        asyncapi: '2.5.0',
        info: { title: `Port ${index}`, version: '1.0.0' },
        defaultContentType: 'application/vnd.apache.avro',
        channels: {
          [`region-${index}`]: {
            subscribe: {
              message: {
                name: 'Change',
                contentType: 'application/vnd.apache.avro',
                schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
                payload: {
                  type: 'record',
                  name: 'Change',
                  namespace: 'com.company',
                  fields: Array.from({ length: fields }, (_, number) => ({
                    name: `field${number}`,
                    type: ['null', 'string'],
                    default: null,
                    doc: `What the source says about property ${number}.`,
                  })),
                },
              },
            },
          },
        },
      },
    },
    deprecationPolicy: {
      name: 'policy',
      version: '1.0.0',
      specification: 'custom',
      specificationVersion: '1',
      definition: { 'x-deprecation-period': '3M' },
    },
    slo: {
      name: 'slo',
      version: '1.0.0',
      specification: 'custom',
      specificationVersion: '1',
      definition: { 'x-operationalSlo': { availability: '0.999' } },
    },
  },
});
