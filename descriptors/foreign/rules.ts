/** What is asked of the documents in other languages that ports bear, by rule (docs/foreign-documents.md). */
export const foreignRules: { readonly [rule: string]: string } = {
  'foreign/asyncapi':
    'An AsyncAPI document follows the official schema of its version; its references lead somewhere, operationIds are used once.',
  'foreign/openapi': 'An OpenAPI document follows the official schema of its version; its references lead somewhere.',
  'foreign/avro': 'An Avro schema can be read by every reader; a logicalType is a known one and stands in its type.',
  'foreign/json-schema': 'A JSON Schema follows the meta-schema of its draft; its references and patterns can be used.',
  'foreign/protobuf': 'A Protobuf definition can be parsed; the types that it uses are there.',
};
