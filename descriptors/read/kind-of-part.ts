import { textAt, type JsonObject } from '../json.js';
import { componentLists, kinds, portLists, type ComponentList, type PortList } from '../product.js';

/** What a part can be told to be by its fields alone. */
type Kind = 'port' | 'component' | 'definition' | 'document';

const FIELDS: { readonly [kind in Kind]: readonly string[] } = {
  port: ['promises', 'expectations', 'expectatctions', 'obligations', 'contracts'],
  component: [
    ...['buildInfo', 'provisionInfo', 'deployInfo', 'applicationType', 'infrastructureType'],
    ...['consumesFrom', 'providesTo', 'dependsOn'],
  ],
  definition: ['specification', 'specificationVersion', 'definition'],
  document: ['asyncapi', 'openapi', 'swagger', 'datastoreapi', '$schema', 'fields', 'properties', '$defs'],
};

const NAMES: { readonly [kind in Kind]: string } = {
  port: 'a port',
  component: 'an application or infrastructure',
  definition: 'a Standard Definition',
  document: 'the document itself',
};

/** The places of parts that have a kind: a list of ports or components, or the API or another agreement of a port. */
export type PartPlace = PortList | ComponentList | 'standard' | 'agreement';

const isPortList = (place: PartPlace): place is PortList => (portLists as readonly string[]).includes(place);
const isComponentList = (place: PartPlace): place is ComponentList => (componentLists as readonly string[]).includes(place);

/** What another kind than that of its place a part shows to be, by its `entityType` or its fields; undefined when nothing speaks against it. */
export function otherKind(part: JsonObject, place: PartPlace): string | undefined {
  const list = isPortList(place) || isComponentList(place) ? place : undefined;
  const type = textAt(part, 'entityType');
  if (type !== undefined && TYPES.has(type) && (list === undefined || kinds[list].entityType !== type)) return `one of type ${type}`;
  const own = kindAt(place);
  // `dependsOn` is newer than 1.0 at ports (T19).
  const shows = (kind: Kind): boolean =>
    FIELDS[kind].some((field) => Object.hasOwn(part, field) && !(own === 'port' && field === 'dependsOn'));
  if (own !== undefined && shows(own)) return undefined;
  // The fields of schemas are too common to tell anything elsewhere.
  const others: readonly Kind[] = place === 'standard' ? ['port', 'component', 'document'] : ['port', 'component', 'definition'];
  const other = others.find((kind) => kind !== own && shows(kind));
  return other && NAMES[other];
}

const TYPES: ReadonlySet<string> = new Set(Object.values(kinds).map(({ entityType }) => entityType));

function kindAt(place: PartPlace): Kind | undefined {
  if (isPortList(place)) return 'port';
  if (isComponentList(place)) return 'component';
  return place === 'standard' ? 'definition' : undefined;
}
