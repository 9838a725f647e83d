import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const example = 'examples/track-and-trace';

/**
 * The files of a version of the example, by path, under another name: Flink jobs are named by product, and another test may run the example
 * on the same cluster meanwhile.
 * @param name letters only
 */
export const exampleFiles = (
  version: string,
  name: string,
  change: (path: string, text: string) => string = (_, text) => text,
): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(example, version), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const file = relative(join(example, version), path);
        const text = change(file, readFileSync(path, 'utf8'));
        return [file, file.endsWith('.json') ? text.replaceAll('trackandtrace', name) : text];
      }),
  );
