import { isObject, pointerTo, type JsonObject } from '../json.js';
import { componentLists, portLists } from '../product.js';
import { nearest } from '../nearest.js';
import type { Documents } from './documents.js';

/** The maps that `components` may hold (R96). */
const MAPS: readonly string[] = [...portLists, ...componentLists, 'apis', 'templates'];
const KEY = /^[a-zA-Z0-9.\-_]+$/;

/** Judges the catalogue of reusable parts, which has no effect of its own (R96 to R98): its shape, its keys, and what nothing refers to. */
export function catalogue(documents: Documents, root: JsonObject): void {
  const { components } = root;
  if (components === undefined) return;
  if (!isObject(components)) return documents.report(root, { rule: 'R21', message: 'components must be an object' }, 'error', 'components');
  const used = usedPlaces(documents);
  for (const [list, map] of Object.entries(components)) {
    if (!MAPS.includes(list)) {
      if (list.startsWith('x-')) continue;
      const meant = list.length <= 64 ? nearest(list, MAPS) : undefined;
      documents.report(
        components,
        {
          rule: 'R96',
          message: 'components has no such map',
          hint: meant ? `Did you mean "${meant}"?` : `It may hold ${MAPS.join(', ')}.`,
        },
        'warning',
        list,
      );
    } else if (!isObject(map)) documents.report(components, { rule: 'R96', message: `${list} must be a map of objects` }, 'error', list);
    else
      for (const [key, part] of Object.entries(map)) {
        if (!isObject(part)) documents.report(map, { rule: 'R96', message: 'the entry must be an object' }, 'error', key);
        else if (!KEY.test(key))
          documents.report(
            map,
            { rule: 'R97', message: 'the key has other characters than letters, digits, ".", "-" and "_"' },
            'error',
            key,
          );
        else if (!used.has(pointerTo('', 'components', list, key)))
          documents.report(map, { rule: 'R98', message: 'nothing refers to this part: it has no effect' }, 'warning', key);
      }
  }
}

/** The parts of the catalogue that a reference led to, or into, by their pointers. */
function usedPlaces({ visited, files }: Documents): Set<string> {
  const used = new Set<string>();
  for (const each of visited) {
    // Fragments may be written with percent signs, and without their first slash (R105).
    const found = decoded(each).replace(/#(?!\/)/, '#/');
    if (!found.startsWith(`${files.root}#/`)) continue;
    used.add(
      found
        .slice(files.root.length + 1)
        .split('/', 4)
        .join('/'),
    );
  }
  return used;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
