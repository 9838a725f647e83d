import { at, isObject, listAt, pointerTo, type JsonObject } from '../json.js';
import { componentLists, portLists } from '../product.js';
import { agreements, components, definitions, infoBlocks, ports, tasks, type Place } from './walk.js';

/** An object of the specification and the fields that it may have. */
export interface Fields extends Place {
  /** The rule that tells other fields. */
  rule: string;
  known: readonly string[];
  /** Those that must be there: what is nearly their name is told by the rule that misses them. */
  required: readonly string[];
  /** What to say of fields that belong into another object. */
  elsewhere?: { readonly [field: string]: string };
}

const ENTITY = ['id', 'fullyQualifiedName', 'entityType', 'name', 'version', 'displayName', 'description', 'componentGroup', 'tags'];
const LINKS = ['consumesFrom', 'providesTo', 'dependsOn'];

/** `$schema` is how editors find the JSON Schema of a document. */
const ROOT = [
  'dataProductDescriptor',
  'info',
  'interfaceComponents',
  'internalComponents',
  'components',
  'tags',
  'externalDocs',
  '$schema',
];
const INFO = [...ENTITY.slice(0, 7), 'domain', 'owner', 'contactPoints'];
const PORT = [...ENTITY, 'externalDocs', ...Object.keys(agreements), 'contracts', 'expectatctions'];
const DEFINITION = [...ENTITY, 'specification', 'specificationVersion', 'definition', 'externalDocs'];
const COMPONENT = [...ENTITY, 'externalDocs', 'platform', 'applicationType', 'infrastructureType', ...LINKS, ...infoBlocks];
const TASK = ['name', 'order', 'service', 'template', 'configurations', 'description'];
const PROMISES = ['platform', 'servicesType', 'serviceType', 'depreceationPolicy'];

/** An object with its fields; nothing for what is no object. */
const as = (rule: string, value: unknown, pointer: string, known: readonly string[], required: readonly string[] = []): Fields[] =>
  isObject(value) ? [{ rule, value, pointer, known, required }] : [];

/** True for a reference where none is followed. */
export const isReference = (value: unknown): boolean => isObject(value) && Object.hasOwn(value, '$ref');

export const rootFields = (tree: JsonObject): Fields => ({
  rule: 'R22',
  value: tree,
  pointer: '',
  known: ROOT,
  required: ['dataProductDescriptor', 'info', 'interfaceComponents'],
});

/** `info`, its owner and its contact points. */
export function infoFields(info: JsonObject): [Fields, ...Fields[]] {
  const pointer = '/info';
  return [
    { rule: 'R38', value: info, pointer, known: INFO, required: ['name', 'version', 'domain', 'owner'] },
    ...(isReference(info['owner']) ? [] : as('R38', info['owner'], `${pointer}/owner`, ['id', 'name'], ['id'])),
    ...listAt(info, 'contactPoints').flatMap((contact, index) =>
      as('R38', contact, pointerTo(pointer, 'contactPoints', index), ['name', 'description', 'channel', 'address']),
    ),
  ];
}

export const interfaceFields = (value: JsonObject): Fields => ({
  rule: 'R49',
  value,
  pointer: '/interfaceComponents',
  known: portLists,
  required: ['outputPorts'],
});

export const portFields = ({ value, pointer, list }: Place & { list: string }): Fields => ({
  rule: 'R56',
  value,
  pointer,
  known: list === 'inputPorts' ? [...PORT, 'dependsOn'] : PORT,
  required: ['name', 'version'],
});

/** What is promised, expected and agreed at a port. */
export function agreementFields(port: Place): Fields[] {
  return Object.entries(agreements).flatMap(([agreement, keys]) => {
    const others = Object.entries(agreements).filter(([other]) => other !== agreement);
    const elsewhere = Object.fromEntries(others.flatMap(([other, own]) => own.map((key) => [key, `It belongs into ${other}.`])));
    const known = [...keys, 'description', 'externalDocs', ...(agreement === 'promises' ? PROMISES : [])];
    return as('R56', port.value[agreement], pointerTo(port.pointer, agreement), known).map((fields) => ({ ...fields, elsewhere }));
  });
}

export const definitionFields = ({ value, pointer }: Place): Fields => ({
  rule: 'R112',
  value,
  pointer,
  known: DEFINITION,
  required: ['specification', 'definition'],
});

export const componentFields = ({ value, pointer }: Place): Fields => ({
  rule: 'R95',
  value,
  pointer,
  known: COMPONENT,
  required: ['name', 'version'],
});

export const internalFields = (tree: JsonObject): Fields[] =>
  as('R76', at(tree, 'internalComponents'), '/internalComponents', [...componentLists, 'lifecycleInfo']);

export const taskFields = ({ value, pointer }: Place): Fields[] => as('R86', value, pointer, TASK);

/** Every object of a tree whose fields the specification knows. */
export function* fieldsOf(tree: JsonObject): Generator<Fields> {
  yield rootFields(tree);
  const { info } = tree;
  if (isObject(info) && !isReference(info)) yield* infoFields(info);
  const interfaces = at(tree, 'interfaceComponents');
  if (isObject(interfaces)) yield interfaceFields(interfaces);
  for (const port of ports(tree)) {
    yield portFields(port);
    yield* agreementFields(port);
  }
  for (const definition of definitions(tree)) yield definitionFields(definition);
  yield* internalFields(tree);
  for (const component of components(tree)) yield componentFields(component);
  for (const task of tasks(tree)) yield* taskFields(task);
}
