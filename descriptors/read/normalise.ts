import { componentFqn, idOf, isWithoutMajor, legacyComponent, legacyProduct, majorOf, productOf } from '../identify/index.js';
import { isObject, listAt, put, textAt, type Json, type JsonObject } from '../json.js';
import { componentLists, kinds, portLists, type ComponentList, type PortList } from '../product.js';
import { componentFields } from '../validate/fields.js';
import { isName } from '../validate/formats.js';
import { misspelt } from '../validate/keys.js';
import { normaliseDefinition, normaliseExternalDocs } from './normalise-definition.js';
import { normaliseTask } from './normalise-task.js';
import type { Normalising } from './normalising.js';

/** Brings the forms found in the field (T1 to T18) to the shape of 1.0.0, in place; each one is entered in the journal. */
export function normalise(root: JsonObject, by: Normalising): void {
  const info = isObject(root['info']) ? root['info'] : undefined;
  if (info) normaliseInfo(info, root, by);
  const productFqn = textAt(info, 'fullyQualifiedName');
  const interfaces = isObject(root['interfaceComponents']) ? root['interfaceComponents'] : {};
  for (const list of portLists) {
    for (const port of members(interfaces, list, by)) {
      normaliseEntity(port, list, productFqn, by);
      normalisePort(port, by);
      if (list === 'inputPorts') normaliseLineage(port, by);
    }
  }
  if (!Object.hasOwn(root, 'internalComponents')) root['internalComponents'] = {};
  const internals = isObject(root['internalComponents']) ? root['internalComponents'] : {};
  for (const list of componentLists) {
    const all = members(internals, list, by);
    for (const component of all) {
      nameComponent(component, list, all, by);
      normaliseEntity(component, list, productFqn, by);
      for (const block of ['buildInfo', 'provisionInfo', 'deployInfo']) {
        if (!isObject(component[block])) continue;
        by.journal.add('T13', component, block, `${block} runs in the order build, provision, deploy`);
        normaliseTask(component[block], by);
      }
    }
  }
  for (const list of componentLists)
    for (const component of listAt(internals, list)) if (isObject(component)) normaliseLinks(component, by);
  const stages = internals['lifecycleInfo'];
  if (isObject(stages))
    for (const stage of Object.keys(stages)) for (const task of listAt(stages, stage)) if (isObject(task)) normaliseTask(task, by);
  normaliseExternalDocs(root, by);
}

/** A field that is there stays, even when it is null: validation tells it. */
function unlessThere(holder: JsonObject, field: string, value: Json): void {
  if (!Object.hasOwn(holder, field)) holder[field] = value;
}

function normaliseInfo(info: JsonObject, root: JsonObject, by: Normalising): void {
  generateFqn(info, root, by);
  const [fqn, version] = [textAt(info, 'fullyQualifiedName'), textAt(info, 'version')];
  const legacy = fqn === undefined ? undefined : legacyProduct(fqn, textAt(info, 'name'), version);
  if (fqn !== undefined && legacy !== undefined) {
    info['fullyQualifiedName'] = legacy;
    by.journal.add('R43', info, 'fullyQualifiedName', 'an older form of the fully qualified name is read', fqn);
  } else if (fqn !== undefined && version !== undefined && isWithoutMajor(fqn)) {
    info['fullyQualifiedName'] = `${fqn}:${majorOf(version)}`;
    by.journal.add('T1', info, 'fullyQualifiedName', 'the major version is appended to the fully qualified name', fqn);
  }
  const canonical = textAt(info, 'fullyQualifiedName');
  if (textAt(info, 'domain') !== undefined && !isName(info['domain']))
    by.journal.add('T2', info, 'domain', 'domain is no name as the specification forms them: it is kept as it is');
  if (canonical?.includes('-')) by.journal.add('T2', info, 'fullyQualifiedName', 'a hyphen in the fully qualified name is kept');
  if (canonical === undefined) return;
  unlessThere(info, 'entityType', 'dataproduct');
  unlessThere(info, 'id', idOf(canonical));
}

/** A name that is not written is made from that of a component, or with the namespace that the reader was given (R29). */
function generateFqn(info: JsonObject, root: JsonObject, by: Normalising): void {
  const [name, version] = [textAt(info, 'name'), textAt(info, 'version')];
  if (Object.hasOwn(info, 'fullyQualifiedName') || name === undefined || version === undefined) return;
  const holders = [root['interfaceComponents'], root['internalComponents']].filter(isObject);
  const written = holders.flatMap((holder) => Object.keys(holder).flatMap((list) => listAt(holder, list)));
  const fromComponent = written
    .map((entity) => productOf(textAt(entity, 'fullyQualifiedName') ?? '', name))
    .find((line) => line !== undefined);
  const line = fromComponent ?? (by.namespace === undefined ? undefined : `urn:dpds:${by.namespace}:dataproducts:${name}`);
  if (line === undefined) return;
  info['fullyQualifiedName'] = `${line}:${majorOf(version)}`;
  by.journal.add('R29', info, 'fullyQualifiedName', 'the fully qualified name is made, it is not written');
}

/** The members of a list that can be worked with; a missing list becomes an empty one, a lone object a list of one (T18). */
function members(parent: JsonObject, list: string, by: Normalising): JsonObject[] {
  const value = parent[list];
  // What is required and missing stays so: validation tells it.
  if (value === undefined && list !== 'outputPorts') parent[list] = [];
  if (isObject(value)) {
    parent[list] = by.sources.like(value, [value]);
    by.journal.add('T18', parent, list, `${list} is a list`);
  }
  return listAt(parent, list).filter(isObject);
}

/** A component without a name is called by its fully qualified name or its file (T4); infrastructure at last by its place (R88). */
function nameComponent(component: JsonObject, list: ComponentList, all: readonly JsonObject[], by: Normalising): void {
  if (Object.hasOwn(component, 'name')) return;
  const last = textAt(component, 'fullyQualifiedName')?.split(':').at(-1);
  const file = by.sources.positionOf(component);
  const name = last ?? (file?.pointer === '' ? /([^/]+)\.[a-z]+$/i.exec(file.file)?.[1] : undefined);
  if (name !== undefined) {
    component['name'] = name;
    const from = last === undefined ? 'file' : 'fully qualified name';
    by.journal.add('T4', component, 'name', `name is missing: it is taken from the ${from}`);
    return;
  }
  // A slip of the pen is told as that.
  if (list !== 'infrastructuralComponents' || misspelt(component, 'name', componentFields({ value: component, pointer: '' }).known)) return;
  const taken = new Set(all.map((other) => other['name']));
  let number = all.indexOf(component) + 1;
  while (taken.has(`infrastructure${number}`)) number++;
  component['name'] = `infrastructure${number}`;
  const message = `name is missing, and nothing says it: by its place in the list it is called ${component['name']}, until the list changes`;
  by.journal.add('R88', component, 'name', message);
}

function normaliseEntity(entity: JsonObject, list: PortList | ComponentList, productFqn: string | undefined, by: Normalising): void {
  const written = textAt(entity, 'fullyQualifiedName');
  const name = textAt(entity, 'name');
  if (productFqn !== undefined && name !== undefined) {
    const canonical = componentFqn(productFqn, list, name);
    const legacy = written === undefined || written === canonical ? undefined : legacyComponent(written, productFqn, list, name);
    by.names.set(canonical.replace(/:(\d+):([a-z]+:[^:]+)$/, ':$2'), canonical);
    if (legacy !== undefined && written !== undefined) by.names.set(written, canonical);
    if (legacy !== undefined) {
      by.journal.add(legacy.rule, entity, 'fullyQualifiedName', legacy.message, written);
      entity['fullyQualifiedName'] = canonical;
    }
    unlessThere(entity, 'fullyQualifiedName', canonical);
  }
  unlessThere(entity, 'entityType', kinds[list].entityType);
  const fqn = textAt(entity, 'fullyQualifiedName');
  if (fqn !== undefined) unlessThere(entity, 'id', idOf(fqn));
}

/** Links that name components of the product by their older names (T3). */
function normaliseLinks(component: JsonObject, by: Normalising): void {
  for (const link of ['consumesFrom', 'providesTo', 'dependsOn']) {
    const written = listAt(component, link);
    const meant = written.map((name) => (typeof name === 'string' ? (by.names.get(name) ?? name) : name));
    if (meant.every((name, index) => name === written[index])) continue;
    component[link] = by.sources.like(written, meant);
    by.journal.add('T3', component, link, `${link} names components by older forms of their fully qualified names`);
  }
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

/** Where an input port takes from, before the specification has a field for it (T19): one name or several. */
function normaliseLineage(port: JsonObject, by: Normalising): void {
  const written = port['dependsOn'] ?? port['x-dependsOn'];
  const names = typeof written === 'string' ? [written] : written;
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) return;
  port['dependsOn'] = names;
  by.journal.add(
    'T19',
    port,
    Object.hasOwn(port, 'x-dependsOn') ? 'x-dependsOn' : 'dependsOn',
    'dependsOn of an input port is read: newer than 1.0',
  );
}

/** An older or mistaken spelling. When both are there the newer one stands and the older is left for validation to judge. */
function rename(holder: JsonObject, from: string, to: string, rule: string, by: Normalising): void {
  if (!Object.hasOwn(holder, from) || Object.hasOwn(holder, to)) return;
  put(holder, to, holder[from] as Json);
  delete holder[from];
  by.sources.renamed(holder, from, to);
  by.journal.add(rule, holder, to, `${from} is read as ${to}`);
}
