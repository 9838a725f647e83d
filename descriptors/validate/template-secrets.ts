import type { BundleFiles } from '../bundle/index.js';
import { isSafePath, isUrl } from '../bundle/paths.js';
import type { Finding } from '../finding.js';
import { at, textAt, type JsonObject } from '../json.js';
import { holdsSecret } from './secret-text.js';
import { tasks } from './walk.js';

/** Larger files are data, not templates. */
const LARGEST = 512 * 1024;

/** Literal secrets in the files that templates consist of, with file and line (R114). The values are never told. */
export function* secretsInTemplates(tree: JsonObject, files: BundleFiles): Generator<Finding> {
  const seen = new Set<string>();
  for (const task of tasks(tree)) {
    const path = textAt(at(task.value, 'template'), '$href');
    if (path === undefined || isUrl(path) || !isSafePath(path)) continue;
    const folder = files.has(path) ? new Map([[path, files.read(path)]]) : prefixed(path, files.folder(path));
    for (const [file, content] of folder) {
      if (seen.has(file) || content.length > LARGEST || content.includes(0)) continue;
      seen.add(file);
      for (const [index, line] of new TextDecoder().decode(content).split('\n').entries())
        if (holdsSecret(line))
          yield {
            rule: 'R114',
            severity: 'error',
            pointer: '',
            file,
            line: index + 1,
            message: 'a literal secret stands here',
            hint: 'Pass it as a variable from configurations, such as ${secret:NAME}, and rotate the secret.',
          };
    }
  }
}

const prefixed = (path: string, folder: Map<string, Uint8Array>): Map<string, Uint8Array> =>
  new Map([...folder].map(([name, content]) => [path === '.' || path === '' ? name : `${path}/${name}`, content]));
