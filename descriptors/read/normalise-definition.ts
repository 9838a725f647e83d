import { at, isObject, put, textAt, type Json, type JsonObject } from '../json.js';
import type { Normalising } from './normalising.js';

const DEFINITIONS = new Set(['api', 'deprecationPolicy', 'slo', 'audience', 'usage', 'termsAndConditions', 'billingPolicy', 'sla']);

/** A Standard Definition and its older forms: version of the specification in `version` (T6), extension points (T8). */
export function normaliseDefinition(value: JsonObject, key: string, port: PortName, by: Normalising): void {
  if (!DEFINITIONS.has(key)) return;
  normaliseExternalDocs(value, by);
  if (key !== 'api' && value['specification'] === undefined && value['definition'] === undefined) extensionPoint(value, key, port, by);
  else if (isOlderVersionForm(value)) olderVersion(value, key, port, by);
  else named(value, key, port, by);
  if (key === 'api') serverAddresses(value, by);
}

/** `connectionString` of an AsyncAPI 2 server is its `url` (T16). */
function serverAddresses(api: JsonObject, by: Normalising): void {
  const servers = at(api['definition'], 'servers');
  if (!isObject(servers) || textAt(api['definition'], 'asyncapi')?.startsWith('2.') !== true) return;
  for (const server of Object.values(servers)) {
    if (!isObject(server) || typeof server['connectionString'] !== 'string' || Object.hasOwn(server, 'url')) continue;
    server['url'] = server['connectionString'];
    delete server['connectionString'];
    by.sources.renamed(server, 'connectionString', 'url');
    by.journal.add('T16', server, 'url', 'connectionString of a server is read as url');
  }
}

/** `version` is that of the specification when nothing else says it and the document inside says the same, or has no name of its own. */
function isOlderVersionForm(value: JsonObject): boolean {
  const version = textAt(value, 'version');
  if (version === undefined || value['specificationVersion'] !== undefined) return false;
  return !Object.hasOwn(value, 'name') || version === innerVersion(value['definition']);
}

/** The version of its specification that a foreign document states itself. */
export const innerVersion = (definition: Json | undefined): string | undefined =>
  ['asyncapi', 'openapi', 'swagger', 'datastoreapi'].map((key) => textAt(definition, key)).find((version) => version !== undefined);

interface PortName {
  name: string;
  version: string;
}

/** What a definition without a name is called: `placedApi` for the API of the port `placed`. */
export const derivedName = (key: string, port: string): string => `${port}${key.charAt(0).toUpperCase()}${key.slice(1)}`;

/** A definition without a name or a version has those of its port (R68, R69). */
function named(value: JsonObject, key: string, port: PortName, by: Normalising): void {
  if (!Object.hasOwn(value, 'name')) {
    value['name'] = derivedName(key, port.name);
    by.journal.add('R68', value, 'name', `name is missing: ${derivedName(key, port.name)} is made of the name of the port`);
  }
  if (!Object.hasOwn(value, 'version')) {
    value['version'] = port.version;
    by.journal.add('R69', value, 'version', 'version is missing: that of the port is taken');
  }
}

function olderVersion(value: JsonObject, key: string, port: PortName, by: Normalising): void {
  put(value, 'specificationVersion', value['version'] as Json);
  by.sources.renamed(value, 'version', 'specificationVersion');
  value['version'] = textAt(at(value['definition'], 'info'), 'version') ?? port.version;
  if (!Object.hasOwn(value, 'name')) value['name'] = derivedName(key, port.name);
  by.journal.add('T6', value, 'specificationVersion', 'version is read as specificationVersion');
}

/** `{description, externalDocs, x-...}`: the extensions become the definition. */
function extensionPoint(value: JsonObject, key: string, port: PortName, by: Normalising): void {
  const definition: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (!key.startsWith('x-')) continue;
    put(definition, key, value[key] as Json);
    delete value[key];
  }
  value['definition'] = by.sources.like(value, definition);
  value['specification'] = 'custom';
  value['specificationVersion'] = '0';
  if (!Object.hasOwn(value, 'name')) value['name'] = derivedName(key, port.name);
  if (!Object.hasOwn(value, 'version')) value['version'] = port.version;
  by.journal.add('T8', value, undefined, 'the extension point is read as a definition of specification "custom"');
}

/** An empty link says nothing (T10). */
export function normaliseExternalDocs(holder: JsonObject, by: Normalising): void {
  const docs = holder['externalDocs'];
  if (!isObject(docs) || docs['$href'] !== '') return;
  delete holder['externalDocs'];
  by.journal.add('T10', holder, 'externalDocs', 'externalDocs without an address is left out');
}
