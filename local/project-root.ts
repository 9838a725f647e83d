import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout, found upwards from this file: the same whether it runs from the sources or from dist. */
export const projectRoot: string = findUpwards(dirname(fileURLToPath(import.meta.url)));

/** Everything fetched, generated or running lives in this one folder, which git ignores. */
export const stewardFolder: string = join(projectRoot, '.steward');

function findUpwards(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('The stack runs from a checkout of the project, and no package.json is above this file.');
  return findUpwards(parent);
}
