import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The absolute path of a program that is named by the platform's configuration, looked up on the worker's own PATH: the child's
 * environment has none, or another. A name that is not found is returned as it is; starting it will say so.
 */
export function findProgram(name: string): string {
  if (isAbsolute(name) || name.includes('/')) return name;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? name;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
