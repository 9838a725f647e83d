import { isUrl } from '../bundle/paths.js';
import { isObject, put, type Json, type JsonObject } from '../json.js';
import { componentLists, portLists, type ComponentList, type PortList } from '../product.js';
import { catalogue } from './catalogue.js';
import type { Documents, Fault } from './documents.js';
import { foreignDocument } from './foreign.js';
import { otherKind, type PartPlace } from './kind-of-part.js';

/** What stands at a place decides how references in it are meant. */
type Place =
  | 'root'
  | 'interfaces'
  | 'internals'
  | 'port'
  | 'agreement'
  | 'standard'
  | 'component'
  | 'stages'
  | 'task'
  | 'definition'
  | 'template'
  | 'configurations';

const STANDARD = [
  'api',
  'deprecationPolicy',
  'depreceationPolicy',
  'slo',
  'audience',
  'usage',
  'termsAndConditions',
  'billingPolicy',
  'sla',
];
const entries = (keys: string[], place: Place): { [key: string]: Place } => Object.fromEntries(keys.map((key) => [key, place]));

/** The places below a place, by key; in a list each member is the place. `*` = every key. */
const below: { [place in Place]?: { [key: string]: Place } } = {
  root: { interfaceComponents: 'interfaces', internalComponents: 'internals' },
  interfaces: entries(['inputPorts', 'outputPorts', 'discoveryPorts', 'observabilityPorts', 'controlPorts'], 'port'),
  internals: { applicationComponents: 'component', infrastructuralComponents: 'component', lifecycleInfo: 'stages' },
  port: entries(['promises', 'expectations', 'expectatctions', 'obligations', 'contracts'], 'agreement'),
  agreement: entries(STANDARD, 'standard'),
  standard: { definition: 'definition' },
  component: entries(['provisionInfo', 'buildInfo', 'deployInfo'], 'task'),
  stages: { '*': 'task' },
  task: { template: 'template', configurations: 'configurations' },
};

/**
 * Replaces every reference of the descriptor's own grammar by what it refers to. Inside inline definitions, templates and
 * configurations nothing is touched (R75, R83, R84). A reference that cannot be followed is reported and left out.
 */
export function resolve(documents: Documents, root: JsonObject): JsonObject {
  const tree = new Resolution(documents).object(root, 'root');
  catalogue(documents, root);
  return tree;
}

const isEntity = (place: Place): boolean => place === 'port' || place === 'component';
const isList = (list: string): boolean => [...portLists, ...componentLists].includes(list as PortList);

const wholeDescriptor = (place: Place): Fault => ({
  rule: 'R106',
  message: 'the reference leads to a whole descriptor, not to a part',
  hint:
    place === 'port'
      ? 'Add the place of the port, for example #/interfaceComponents/outputPorts/0'
      : 'Add the place of the component, for example #/internalComponents/applicationComponents/0',
});

class Resolution {
  constructor(private readonly documents: Documents) {}

  object(value: JsonObject, place: Place): JsonObject {
    this.documents.budget.spend(1 + Object.keys(value).length);
    const made = this.documents.sources.copy(value);
    const places = below[place] ?? {};
    // The catalogue of reusable parts has no effect of its own (R98).
    if (place === 'root') delete made['components'];
    for (const [key, inner] of Object.entries(made)) {
      const target = (Object.hasOwn(places, key) ? places[key] : undefined) ?? places['*'];
      if (!target) continue;
      const resolved = Array.isArray(inner) ? this.list(inner, target, key) : this.value(inner, target, made, key);
      if (resolved === undefined) delete made[key];
      else put(made, key, resolved);
    }
    return made;
  }

  private list(values: Json[], place: Place, list: string): Json[] {
    const made: Json[] = [];
    for (const value of values) {
      if (this.isOfOtherKind(value, list)) continue;
      const resolved = this.value(value, place, values, list);
      if (resolved !== undefined) made.push(resolved);
    }
    return this.documents.sources.like(values, made);
  }

  /** @param key where it stands: of a member of a list, the name of the list */
  private value(value: Json, place: Place, parent: JsonObject | Json[], key: string): Json | undefined {
    if (place === 'definition') return foreignDocument(this.documents, value, parent, key);
    if (place === 'template') return this.template(value);
    const target = this.documents.follow(value);
    if (place === 'configurations') return target;
    if (!isObject(target)) {
      if (target === undefined || !isObject(value)) return target;
      this.documents.report(value, { rule: 'R106', message: 'the reference leads to what is no object' });
      return undefined;
    }
    if (isEntity(place) && Object.hasOwn(target, 'dataProductDescriptor')) {
      this.documents.report(isObject(value) ? value : target, wholeDescriptor(place));
      return undefined;
    }
    if (target !== value && isObject(value) && this.isRefused(value, target, place, key)) return undefined;
    return this.object(target, place);
  }

  /** A part that a reference leads to, of another kind than its place asks for (R106). */
  private isRefused(reference: JsonObject, target: JsonObject, place: Place, list: string): boolean {
    const asked = isEntity(place) && isList(list) ? (list as PortList | ComponentList) : place;
    const found = asked === 'standard' || asked === 'agreement' || isEntity(place) ? otherKind(target, asked as PartPlace) : undefined;
    if (found === undefined) return false;
    const hint = found === 'the document itself' ? 'Refer to it by the definition of a Standard Definition.' : undefined;
    this.documents.report(reference, {
      rule: 'R106',
      message: `the reference leads to ${found}, not to what belongs here`,
      ...(hint !== undefined && { hint }),
    });
    return true;
  }

  /** A reference into another list of the catalogue of reusable parts (R106). */
  private isOfOtherKind(value: Json, list: string): boolean {
    if (!isObject(value) || typeof value['$ref'] !== 'string') return false;
    const meant = /#\/components\/([A-Za-z]+)\/[^/]+$/.exec(value['$ref'])?.[1];
    if (meant === undefined || meant === list || !isList(list) || !isList(meant)) return false;
    this.documents.visited.add(`${this.documents.sources.fileOf(value) ?? ''}${value['$ref']}`);
    this.documents.report(value, { rule: 'R106', message: `the reference leads to one of ${meant}, not of ${list}` });
    return true;
  }

  /** A template by reference becomes its path in the bundle; it is never read here (T12). */
  private template(value: Json): Json | undefined {
    if (!isObject(value)) return value;
    const key = typeof value['$href'] === 'string' ? '$href' : '$ref';
    const reference = value[key];
    if (typeof reference !== 'string' || reference.startsWith('#')) return this.documents.follow(value);
    const { files, sources } = this.documents;
    const path = this.documents.pathOf(sources.fileOf(value) ?? files.root, reference);
    if (isUrl(reference) && path === undefined)
      this.refuse(value, key, 'R113', 'the template lies on another host; nothing is fetched', this.documents.elsewhere === 'told');
    else if (path === undefined) this.refuse(value, key, 'R113', 'the template lies outside of the bundle');
    else if (!files.has(path) && files.folder(path).size === 0) this.refuse(value, key, 'R99', `there is no ${path} in the bundle`);
    const made = sources.copy(value);
    delete made[key];
    made['$href'] = path ?? reference;
    this.documents.journal.add('T12', made, undefined, 'the template is kept as a path of the bundle and never read as a part');
    sources.renamed(made, key, '$href');
    return made;
  }

  private refuse(at: JsonObject, key: string, rule: string, message: string, isTold = false): void {
    const hint = 'Put the template into the folder of the descriptor, as a file or folder.';
    this.documents.report(at, { rule, message, hint }, isTold ? 'warning' : 'error', key);
  }
}
