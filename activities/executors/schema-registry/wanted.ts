import type { Json } from '../../../lifecycle/digest.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import type { BundleFiles } from '../deps.js';
import type { SchemaDocument, SchemaReference } from './client.js';

export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const;
export type CompatibilityLevel = (typeof compatibilityLevels)[number];

export const schemaTypes = ['AVRO', 'JSON', 'PROTOBUF'] as const;

/** What a task asks of the registry: one schema under one subject, guarded by a level. */
export interface WantedSubject {
  subject: string;
  document: SchemaDocument;
  /** Left out = the level of the subject stays as it is. */
  level?: CompatibilityLevel;
  /** The kind of component whose schema it is, e.g. `outputPort`. */
  owner: Task['component']['kind'];
  /** The topic is somebody else's: its versions are read and judged, nothing of it is ever changed. */
  checkOnly: boolean;
  /** False where nobody can tell which of the versions are for this schema: then nothing is said of what can be read. */
  judged: boolean;
}

/** Reads a task's wish. Throws `InvalidInput` for what `check` would have found. */
export function wantedSubject(task: Task, files: BundleFiles): WantedSubject {
  const { subject, schemaType = 'AVRO', compatibility, references, checkOnly = false, judged = true } = task.configurations;
  if (typeof subject !== 'string' || subject === '') throw new Failure('InvalidInput', `${task.id}: configuration subject is missing`);
  const type = schemaTypes.find((known) => known === schemaType);
  if (!type) throw new Failure('InvalidInput', `${task.id}: schemaType must be one of ${schemaTypes.join(', ')}`);
  const level = compatibilityLevels.find((known) => known === compatibility);
  if (compatibility !== undefined && !level)
    throw new Failure('InvalidInput', `${task.id}: compatibility must be one of ${compatibilityLevels.join(', ')}`);
  if (typeof checkOnly !== 'boolean') throw new Failure('InvalidInput', `${task.id}: checkOnly must be true or false`);
  const schema = schemaText(task, type, files);
  const referenced = references === undefined ? [] : referenceList(task.id, references);
  return {
    subject,
    document: { schema, schemaType: type, ...(referenced.length ? { references: referenced } : {}) },
    level,
    owner: task.component.kind,
    checkOnly,
    judged: judged !== false,
  };
}

/** Avro and JSON schemas lose their white space, so that a reformatted file is the same schema. */
function schemaText(task: Task, type: SchemaDocument['schemaType'], files: BundleFiles): string {
  const { path, inline } = task.template ?? {};
  if (path === undefined && inline === undefined) throw new Failure('InvalidInput', `${task.id}: the template names no schema`);
  if (path === undefined && typeof inline !== 'string') return JSON.stringify(inline);
  const text = path === undefined ? String(inline) : new TextDecoder('utf-8', { fatal: true }).decode(files.read(path));
  if (type === 'PROTOBUF') return text;
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (cause) {
    throw new Failure('InvalidInput', `${task.id}: ${path ?? 'the inline schema'} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function referenceList(id: string, value: Json): SchemaReference[] {
  if (!Array.isArray(value)) throw new Failure('InvalidInput', `${id}: references must be a list`);
  return value.map((item) => {
    const { name, subject, version } = (item ?? {}) as Partial<SchemaReference>;
    if (typeof name !== 'string' || typeof subject !== 'string' || typeof version !== 'number')
      throw new Failure('InvalidInput', `${id}: a reference needs name, subject and version`);
    return { name, subject, version };
  });
}
