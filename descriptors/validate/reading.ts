import type { Rule } from './rule.js';

/** A rule that is checked while documents are read, before there is a tree. */
export type ReadingRule = Omit<Rule, 'check'>;

const error = (id: string, says: string): ReadingRule => ({ id, severity: 'error', says });
const warning = (id: string, says: string): ReadingRule => ({ id, severity: 'warning', says });
/** Forms that 1.0.0 has replaced: read, and told; an error for descriptors that are written anew. */
const older = (id: string, says: string): ReadingRule => ({ id, severity: 'warning', strict: 'error', says });

/** What reading judges: documents, references, the catalogue of parts, and the older forms that become the canonical one. */
export const readingRules: readonly ReadingRule[] = [
  error('R1', 'The document is one object, in JSON or YAML 1.2, as UTF-8 text.'),
  error('R3', 'A key stands once in its object, in JSON too.'),
  warning('R4', 'YAML is that of version 1.2.'),
  error('R5', 'YAML has no tags but those of the types that JSON has.'),
  error('R6', 'Keys are texts.'),
  { id: 'R7', severity: 'info', says: 'The root document is named data-product-descriptor.json (or .yaml).' },
  warning(
    'R40',
    'The fully qualified name of a component has the kind of the component (the specification says `inputports` for all ports by mistake).',
  ),
  warning(
    'R43',
    'Fully qualified names are of the form of 1.0.0: older ones (the whole version, a segment for the domain, no `dpds`) are read.',
  ),
  warning('R57', 'A reference stands alone: fields of a port beside `$ref` are ignored.'),
  error('R96', '`components` holds maps of parts: the kinds of ports and components, `apis`, `templates`.'),
  error('R97', 'Keys of `components` have letters, digits, `.`, `-` and `_`.'),
  warning('R98', 'A part in `components` has no effect unless something refers to it.'),
  error('R99', 'A reference leads to a document that is there.'),
  warning('R101', '`mediaType` is of the form type/subtype.'),
  warning('R102', 'A reference has `$ref`, `description` and `mediaType`; anything else beside it is ignored.'),
  error('R104', 'The fragment of a reference is a JSON Pointer to something that is there.'),
  warning('R105', 'The fragment of a reference begins with a slash.'),
  error('R106', 'A reference leads to a part of the kind of its place.'),
  error(
    'R107',
    'References do not go in circles; depth, number and size have limits (16 in a row; 200 documents, each 8 MiB, 1,000,000 nodes and 100 levels, together 16 MiB; references may repeat 300,000 nodes, aliases 100,000).',
  ),
  error('R113', 'References stay in the folder of the descriptor; other hosts only where they are allowed or mapped to a folder.'),
  warning('T1', 'The fully qualified name of the product ends in its major version.'),
  {
    id: 'T2',
    severity: 'info',
    says: 'A hyphen in a fully qualified name, and a domain with blanks, are kept as they are. Recorded; told by R16 and R27.',
  },
  warning('T3', 'The fully qualified name of a component has the major version of its product.'),
  warning('T4', 'A component has a name; it is taken from the fully qualified name.'),
  warning('T5', '`promises.servicesType`, not `serviceType`.'),
  warning('T6', 'The version of the specification stands in `specificationVersion`; `version` is that of the definition.'),
  warning('T7', 'A definition behind an address is a reference: `$ref`, not `$href`.'),
  older('T8', 'Service levels, policies and audiences are Standard Definitions.'),
  older('T9', '`obligations`, not `contracts`.'),
  warning('T10', '`externalDocs` has an address; an empty one is left out.'),
  { id: 'T11', severity: 'info', says: '`service` is a name; of an object (`$href`, `$ref`) the address is taken for it.' },
  { id: 'T12', severity: 'info', says: 'A template by `$href` is kept as a path and never read as a part. Recorded, not told.' },
  { id: 'T13', severity: 'info', says: 'buildInfo, provisionInfo and deployInfo of components run in this order. Recorded, not told.' },
  warning('T16', 'A server of AsyncAPI 2 has its address in `url`, not in `connectionString`.'),
  older('T17', '`expectations`, not `expectatctions`.'),
  warning('T18', 'Applications, infrastructure and ports are lists, also when there is one.'),
  warning('T19', '`dependsOn` of an input port (the port that it takes from) is newer than 1.0.'),
];
