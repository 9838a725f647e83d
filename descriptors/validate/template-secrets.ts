import type { BundleFiles } from '../bundle/index.js';
import { isSafePath, isUrl } from '../bundle/paths.js';
import type { Finding } from '../finding.js';
import { at, textAt, type JsonObject } from '../json.js';
import { looksRandom } from './entropy.js';
import { isSecretKey, isSecretUnder, hasSecretShape } from './secrets.js';
import { tasks } from './walk.js';

/** `name = "value"`, `"name": "value"`, `name: 'value'`, `'name' = 'value'`: HCL, JSON, YAML, SQL and properties. */
const ASSIGNMENT = /(?:^|[\s{,(;])["'`]?([A-Za-z_][A-Za-z0-9_.-]{0,80})["'`]?\s*[:=]\s*(["'])((?:(?!\2).){1,512})\2/g;
/** Text that stands for something else: interpolations of HCL, SQL, shells and templates. */
const INTERPOLATED = /\$\{|\{\{|%\{|<[^<>]+>|^\*+$|^(var|local|data|module|each|path)\./;

/** Mistyped names of secrets, too. */
const NEARLY_SECRET = /passw|pwd|secr|token|cred/i;

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

/** True for a line that had better not be shown: by its names, by a shape or by a word that looks random, whether it is a secret or not. */
export function mayHoldSecret(line: string): boolean {
  const text = line.slice(0, 65_536);
  const names = text.match(/[A-Za-z_][A-Za-z0-9_.-]*/g) ?? [];
  return (
    hasSecretShape(text) ||
    names.some((name) => isSecretKey(name) || NEARLY_SECRET.test(name)) ||
    (text.match(/[A-Za-z0-9+/_=-]{16,}/g) ?? []).some(looksRandom)
  );
}

function holdsSecret(line: string): boolean {
  // A line of more than this is generated.
  const text = line.slice(0, 4096);
  if (hasSecretShape(text)) return true;
  for (const [, name = '', , value = ''] of text.matchAll(ASSIGNMENT))
    // `key` alone is where something lies: of an object in a store, of a map.
    if (
      name.toLowerCase() !== 'key' &&
      !INTERPOLATED.test(value) &&
      isSecretUnder(name, value) &&
      /\S/.test(value) &&
      !/[A-Za-z]+ [a-z]+ /.test(value)
    )
      return true;
  return false;
}
