import { componentFqn, idOf, isWithoutMajor, majorOf } from '../identify/index.js';
import { isObject, listAt, put, textAt, type Json, type JsonObject } from '../json.js';
import { componentLists, kinds, portLists, type ComponentList, type PortList } from '../product.js';
import { normaliseDefinition, normaliseExternalDocs } from './normalise-definition.js';
import { normaliseTask } from './normalise-task.js';
import type { Normalising } from './normalising.js';

/** Brings the forms found in the field (T1 to T18) to the shape of 1.0.0, in place; each one is entered in the journal. */
export function normalise(root: JsonObject, by: Normalising): void {
  const info = isObject(root['info']) ? root['info'] : undefined;
  if (info) normaliseInfo(info, by);
  const productFqn = textAt(info, 'fullyQualifiedName');
  const interfaces = section(root, 'interfaceComponents');
  for (const list of portLists) {
    for (const port of members(interfaces, list, by)) {
      normaliseEntity(port, list, productFqn, by);
      normalisePort(port, by);
    }
  }
  const internals = section(root, 'internalComponents');
  for (const list of componentLists) {
    for (const component of members(internals, list, by)) {
      normaliseEntity(component, list, productFqn, by);
      for (const block of ['buildInfo', 'provisionInfo', 'deployInfo']) {
        if (!isObject(component[block])) continue;
        by.journal.add('T13', component, block, `${block} runs in the order build, provision, deploy`);
        normaliseTask(component[block], by);
      }
    }
  }
  const stages = internals['lifecycleInfo'];
  if (isObject(stages))
    for (const stage of Object.keys(stages)) for (const task of listAt(stages, stage)) if (isObject(task)) normaliseTask(task, by);
  normaliseExternalDocs(root, by);
}

function normaliseInfo(info: JsonObject, by: Normalising): void {
  const [fqn, version] = [textAt(info, 'fullyQualifiedName'), textAt(info, 'version')];
  if (fqn !== undefined && version !== undefined && isWithoutMajor(fqn)) {
    info['fullyQualifiedName'] = `${fqn}:${majorOf(version)}`;
    by.journal.add('T1', info, 'fullyQualifiedName', 'the major version is appended to the fully qualified name', fqn);
  }
  const canonical = textAt(info, 'fullyQualifiedName');
  if (canonical === undefined) return;
  info['entityType'] ??= 'dataproduct';
  info['id'] ??= idOf(canonical);
}

function section(root: JsonObject, key: string): JsonObject {
  root[key] ??= {};
  return isObject(root[key]) ? root[key] : {};
}

/** The members of a list that can be worked with; a missing list becomes an empty one, a lone object a list of one (T18). */
function members(parent: JsonObject, list: string, by: Normalising): JsonObject[] {
  const value = parent[list];
  if (value === undefined) parent[list] = [];
  if (isObject(value)) {
    parent[list] = by.sources.like(value, [value]);
    by.journal.add('T18', parent, list, `${list} is a list`);
  }
  return listAt(parent, list).filter(isObject);
}

function normaliseEntity(entity: JsonObject, list: PortList | ComponentList, productFqn: string | undefined, by: Normalising): void {
  const written = textAt(entity, 'fullyQualifiedName');
  const last = written?.split(':').at(-1);
  if (entity['name'] === undefined && last !== undefined && (list === 'applicationComponents' || list === 'infrastructuralComponents')) {
    entity['name'] = last;
    by.journal.add('T4', entity, 'name', 'the name is taken from the fully qualified name');
  }
  const name = textAt(entity, 'name');
  if (productFqn !== undefined && name !== undefined) {
    const canonical = componentFqn(productFqn, list, name);
    if (written !== undefined && written !== canonical && isLegacyFqn(written, productFqn, list, name)) {
      by.journal.add('T3', entity, 'fullyQualifiedName', 'the fully qualified name is written with the major version', written);
      entity['fullyQualifiedName'] = canonical;
    }
    entity['fullyQualifiedName'] ??= canonical;
  }
  entity['entityType'] ??= kinds[list].entityType;
  const fqn = textAt(entity, 'fullyQualifiedName');
  if (fqn !== undefined) entity['id'] ??= idOf(fqn);
}

/** Without the major version, or with another spelling of the kind. */
function isLegacyFqn(written: string, productFqn: string, list: PortList | ComponentList, name: string): boolean {
  const line = productFqn.replace(/:\d+$/, '');
  const { segment } = kinds[list];
  return [line, productFqn].some((product) =>
    [segment, `${segment}s`, 'inputports'].some((kind) => written.toLowerCase() === `${product}:${kind}:${name}`.toLowerCase()),
  );
}

function normalisePort(port: JsonObject, by: Normalising): void {
  rename(port, 'expectatctions', 'expectations', 'T17', by);
  rename(port, 'contracts', 'obligations', 'T9', by);
  const promises = port['promises'];
  if (isObject(promises)) {
    rename(promises, 'serviceType', 'servicesType', 'T5', by);
    rename(promises, 'depreceationPolicy', 'deprecationPolicy', 'R61', by);
  }
  const [name, version] = [textAt(port, 'name') ?? 'port', textAt(port, 'version') ?? '0.0.0'];
  for (const agreement of ['promises', 'expectations', 'obligations']) {
    const holder = port[agreement];
    if (!isObject(holder)) continue;
    for (const key of Object.keys(holder)) {
      const definition = holder[key];
      if (isObject(definition)) normaliseDefinition(definition, key, { name, version }, by);
    }
  }
  normaliseExternalDocs(port, by);
}

/** An older or mistaken spelling. When both are there the newer one stands and the older is left for validation to judge. */
function rename(holder: JsonObject, from: string, to: string, rule: string, by: Normalising): void {
  if (!Object.hasOwn(holder, from) || Object.hasOwn(holder, to)) return;
  put(holder, to, holder[from] as Json);
  delete holder[from];
  by.sources.renamed(holder, from, to);
  by.journal.add(rule, holder, to, `${from} is read as ${to}`);
}
