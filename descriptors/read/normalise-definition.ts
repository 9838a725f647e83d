import { at, isObject, put, textAt, type Json, type JsonObject } from '../json.js';
import type { Normalising } from './normalising.js';

const DEFINITIONS = new Set(['api', 'deprecationPolicy', 'slo', 'audience', 'usage', 'termsAndConditions', 'billingPolicy', 'sla']);

/** A Standard Definition and its older forms: version of the specification in `version` (T6), extension points (T8). */
export function normaliseDefinition(value: JsonObject, key: string, port: { name: string; version: string }, by: Normalising): void {
  if (!DEFINITIONS.has(key)) return;
  normaliseExternalDocs(value, by);
  if (key !== 'api' && value['specification'] === undefined && value['definition'] === undefined) extensionPoint(value, by);
  else if (isOlderVersionForm(value)) olderVersion(value, port, by);
  const derived = `${port.name}${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  if (value['name'] === undefined) {
    value['name'] = derived;
    if (key === 'api') by.journal.add('T6', value, 'name', `the name ${derived} is derived from the port`);
  }
  value['version'] ??= port.version;
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
  return value['name'] === undefined || version === innerVersion(value['definition']);
}

/** The version of its specification that a foreign document states itself. */
export const innerVersion = (definition: Json | undefined): string | undefined =>
  ['asyncapi', 'openapi', 'swagger', 'datastoreapi'].map((key) => textAt(definition, key)).find((version) => version !== undefined);

function olderVersion(value: JsonObject, port: { version: string }, by: Normalising): void {
  put(value, 'specificationVersion', value['version'] as Json);
  by.sources.renamed(value, 'version', 'specificationVersion');
  value['version'] = textAt(at(value['definition'], 'info'), 'version') ?? port.version;
  by.journal.add('T6', value, 'specificationVersion', 'version is read as specificationVersion');
}

/** `{description, externalDocs, x-...}`: the extensions become the definition. */
function extensionPoint(value: JsonObject, by: Normalising): void {
  const definition: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (!key.startsWith('x-')) continue;
    put(definition, key, value[key] as Json);
    delete value[key];
  }
  value['definition'] = by.sources.like(value, definition);
  value['specification'] = 'custom';
  value['specificationVersion'] = '0';
  by.journal.add('T8', value, undefined, 'the extension point is read as a definition of specification "custom"');
}

/** An empty link says nothing (T10). */
export function normaliseExternalDocs(holder: JsonObject, by: Normalising): void {
  const docs = holder['externalDocs'];
  if (!isObject(docs) || docs['$href'] !== '') return;
  delete holder['externalDocs'];
  by.journal.add('T10', holder, undefined, 'externalDocs without an address is left out');
}
