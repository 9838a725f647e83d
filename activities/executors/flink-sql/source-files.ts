import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import type { BundleFiles } from '../deps.js';

/** A product may bring the SQL of several engines in one folder: this executor's is the sub-folder of this name. */
const ENGINE_FOLDER = 'flink/';

export interface SourceFile {
  path: string;
  source: string;
}

/** The SQL of a task in the order of the file names. Throws `InvalidInput` when there is none or it is no UTF-8. */
export function sqlFiles(task: Task, files: BundleFiles): SourceFile[] {
  const { path, inline } = task.template ?? {};
  if (typeof inline === 'string') return [{ path: 'inline', source: inline }];
  if (path === undefined) throw new Failure('InvalidInput', `${task.id}: the template names no SQL`);
  if (files.list().includes(path)) return [{ path, source: decode(path, files.read(path)) }];
  const folder = path.replace(/\/+$/, '');
  const found = [...files.folder(folder)].filter(([name]) => name.endsWith('.sql'));
  const own = found.filter(([name]) => name.startsWith(ENGINE_FOLDER));
  const chosen = own.length > 0 ? own : found.filter(([name]) => !name.includes('/'));
  if (chosen.length === 0) throw new Failure('InvalidInput', `${task.id}: ${folder} holds no .sql file for Flink`);
  return chosen.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, bytes]) => ({ path: `${folder}/${name}`, source: decode(name, bytes) }));
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Failure('InvalidInput', `${path} is no UTF-8 text`, { cause });
  }
}
