import type { Finding } from '../../../descriptors/finding.js';
import type { Environment } from '../../../lifecycle/environment.js';
import type { Outputs } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { Task } from '../../../lifecycle/task.js';
import { resolvePlaceholders } from '../../support/placeholders.js';
import type { BundleFiles } from '../deps.js';
import { define, readScript } from './script.js';
import type { Script, Session, Source } from './script.js';
import { asVariableName, filled, isVariableName, referencesIn } from './variables.js';

/** Scripts that belong to this engine lie in a folder of this name, beside those of others. */
const ENGINE_FOLDER = 'ksqldb';
/** The one configuration that is not a variable: properties of the queries, e.g. `auto.offset.reset`. */
export const PROPERTIES = 'streamsProperties';
/** `schema_id_tripStatus` is the registry's id for the schema of the port tripStatus; of the port `trip-status` it is `schema_id_trip_status`. */
export const SCHEMA_ID = 'schema_id_';
/** The same for the schema of the records' keys, where the contract gives them a structure. */
export const KEY_SCHEMA_ID = `key_${SCHEMA_ID}`;

/**
 * The sources of a task's script: the inline text, the file, or the `.sql` and `.ksql` files of the folder in the
 * order of their names. A folder with a subfolder `ksqldb` means that subfolder. Throws InvalidInput when there is none.
 */
export const sourcesOf = (task: Task, bundle: Pick<BundleFiles, 'folder' | 'list' | 'read'>): Source[] => {
  const { inline, path } = task.template ?? {};
  if (typeof inline === 'string') return [{ text: inline }];
  if (path === undefined) throw new Failure('InvalidInput', `${task.id}: the template must be a script: a path of the bundle or a text`);
  const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const clean = path.replace(/\/+$/, '');
  if (bundle.list().includes(clean)) return [{ file: clean, text: text(bundle.read(clean)) }];
  const own = bundle.folder(`${clean}/${ENGINE_FOLDER}`);
  const folder = own.size > 0 ? `${clean}/${ENGINE_FOLDER}` : clean;
  const sources = [...(own.size > 0 ? own : bundle.folder(clean))]
    .filter(([name]) => /^[^/]+\.k?sql$/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => ({ file: `${folder}/${name}`, text: text(bytes) }));
  if (sources.length === 0) throw new Failure('InvalidInput', `${task.id}: there is no .sql or .ksql file at ${clean}`);
  return sources;
};

/** What fills a script's variables: the environment, and outputs of the steps before by component. */
export interface Given {
  environment: Environment;
  outputs: { [component: string]: Outputs };
}

/** The task's script with its variables filled in as far as they are known. Throws InvalidInput for unknown names, SecretInInput for a secret. */
export const scriptOf = (task: Task, bundle: Pick<BundleFiles, 'folder' | 'list' | 'read'>, given: Given): Script =>
  readScript(sourcesOf(task, bundle), sessionOf(task, given));

/** Configurations are the script's variables; beside them `schema_id_<port>` is the id that the registry gave the port's schema, `key_schema_id_<port>` that of its keys. */
const sessionOf = (task: Task, { environment, outputs }: Given): Session => {
  let session: Session = { properties: {}, variables: {}, late: [] };
  const secret = (): never => {
    throw new Failure('SecretInInput', `${task.id}: a secret must not become part of a statement: ksqlDB keeps and shows it`);
  };
  const fill = (value: Json) => resolvePlaceholders(value, { environment, outputs, secret });
  for (const [prefix, part] of [
    [SCHEMA_ID, 'value'],
    [KEY_SCHEMA_ID, 'key'],
  ] as const) {
    const ids = Object.entries(outputs).flatMap(([component, made]) => {
      const id = schemaIdIn(made, part);
      return id === undefined ? [] : [{ component, id }];
    });
    for (const { component, id } of ids) {
      const name = asVariableName(component);
      // Where several ports come to one name, it is that of the port which bears it itself, or nobody's.
      if (name !== component && ids.some((other) => other.component !== component && asVariableName(other.component) === name)) continue;
      session.variables[prefix + name] = String(id);
      session.late.push(prefix + name);
    }
  }
  const configured = Object.entries(task.configurations)
    .filter(([name]) => name !== PROPERTIES)
    .map(([name, value]) => ({ name, ...fill(value), isOutput: JSON.stringify(value).includes('${output:') }));
  session.late.push(...configured.flatMap(({ name, isOutput }) => (isOutput ? [name] : [])));
  const names = new Set(configured.map(({ name }) => name));
  let open = configured.filter(({ unknown }) => unknown.length === 0);
  // Each behind those that it names; what names itself in a circle is defined as it stands, and refused when it is used.
  while (open.length > 0) {
    const isReady = ({ value }: { value: Json }): boolean =>
      referencesIn(String(value)).every((name) => !names.has(name) || open.every((other) => other.name !== name));
    const ready = open.filter(isReady);
    const next = ready.length > 0 ? ready : open;
    for (const { name, value } of next) session = define(session, name, String(value));
    open = open.filter((each) => !next.includes(each));
  }
  for (const [key, value] of Object.entries((task.configurations[PROPERTIES] ?? {}) as { [key: string]: Json })) {
    const { value: given, unknown } = fill(value);
    // What no step has given yet is a variable that nobody has set.
    session.properties[key] = filled(unknown.length > 0 ? `\${${unknown[0]!}}` : String(given), session.variables);
  }
  return session;
};

/** What the schema-registry executor puts out for a port: its subjects with version and id. */
const schemaIdIn = (made: Outputs, part: 'key' | 'value'): number | undefined => {
  const [, subject] = Object.entries(made).find(([name]) => name.endsWith(`-${part}`)) ?? [];
  const id = typeof subject === 'object' && subject !== null && !Array.isArray(subject) ? subject.id : undefined;
  return typeof id === 'number' ? id : undefined;
};

/** Faults of the configurations: no secret may reach a statement, because statements are kept by the server and shown to everybody. */
export const configurationFindings = (task: Task): Finding[] => {
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(task.configurations)) {
    const finding = (rule: string, message: string, hint: string): void => {
      findings.push({ rule: `ksqldb/${rule}`, severity: 'error', pointer: `/configurations/${name}`, message, hint });
    };
    if (JSON.stringify(value).includes('${secret:'))
      finding('secret', 'A secret must not become part of a statement: ksqlDB keeps and shows it.', 'Let the server hold the credentials.');
    if (name === PROPERTIES) {
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        finding('properties', 'streamsProperties must be an object of names and values.', 'E.g. {"auto.offset.reset": "earliest"}.');
    } else if (!isVariableName(name) || value === null || typeof value === 'object')
      finding(
        'variable',
        `"${name}" cannot be a variable of the script.`,
        'Names are letters, digits and _; values are texts, numbers or booleans.',
      );
  }
  return findings;
};
