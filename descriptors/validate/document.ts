import { isObject, listAt, pointerTo, textAt, type JsonObject } from '../json.js';
import { isVersion } from './formats.js';
import { unknownKeys, wrongTypes } from './keys.js';
import type { Rule } from './rule.js';
import { definitions, entities, type Place } from './walk.js';

const ROOT_FIELDS = ['dataProductDescriptor', 'info', 'interfaceComponents', 'internalComponents', 'components', 'tags', 'externalDocs'];

const major = (tree: JsonObject): number | undefined => {
  const version = tree['dataProductDescriptor'];
  return isVersion(version) ? Number(version.split('.')[0]) : undefined;
};

const RUNS = /<(script|iframe|object|embed)\b|\bon[a-z]{3,20}\s*=\s*["']|javascript:/i;

/** Whatever may carry `description`. */
function* described(tree: JsonObject): Generator<Place> {
  yield* entities(tree);
  yield* definitions(tree);
}

/** Whatever may carry `externalDocs`. */
function* documented(tree: JsonObject): Generator<Place> {
  yield { value: tree, pointer: '' };
  yield* described(tree);
}

function* links(tree: JsonObject): Generator<Place> {
  for (const { value, pointer } of documented(tree)) {
    const docs = value['externalDocs'];
    if (isObject(docs)) yield { value: docs, pointer: `${pointer}/externalDocs` };
    for (const [index, link] of listAt(value, 'externalDocs').entries())
      if (isObject(link)) yield { value: link, pointer: pointerTo(pointer, 'externalDocs', index) };
  }
}

/** The document as a whole. */
export const documentRules: Rule[] = [
  {
    id: 'R19',
    severity: 'error',
    says: '`dataProductDescriptor` is required: the version of the specification, e.g. "1.0.0".',
    *check(tree) {
      if (!isVersion(tree['dataProductDescriptor']))
        yield {
          pointer: '/dataProductDescriptor',
          message: 'dataProductDescriptor must be the version of the specification',
          hint: 'Write "dataProductDescriptor": "1.0.0".',
        };
    },
  },
  {
    id: 'R10',
    severity: 'error',
    says: 'Descriptors of 1.x are read; a newer minor version than 1.0 with a warning.',
    *check(tree) {
      const pointer = '/dataProductDescriptor';
      if (major(tree) === undefined) return;
      if (major(tree) !== 1)
        yield { pointer, message: 'this version of the specification is not supported', hint: 'Write the descriptor by version 1.0.0.' };
      else if (!String(tree['dataProductDescriptor']).startsWith('1.0.'))
        yield { pointer, severity: 'warning', message: 'this version is newer than 1.0: what it adds is not known here' };
    },
  },
  {
    id: 'R20',
    severity: 'error',
    says: '`info` and `interfaceComponents` are required objects.',
    *check(tree) {
      if (!isObject(tree['info']))
        yield { pointer: '/info', message: 'info must be an object', hint: 'Name, version, domain and owner stand in it.' };
      if (!isObject(tree['interfaceComponents']))
        yield { pointer: '/interfaceComponents', message: 'interfaceComponents must be an object' };
    },
  },
  {
    id: 'R21',
    severity: 'error',
    says: '`internalComponents` and `components` are objects, `tags` a list of texts.',
    *check(tree) {
      yield* wrongTypes(tree, '', { object: ['internalComponents', 'components'], 'list of texts': ['tags'] });
    },
  },
  {
    id: 'R22',
    severity: 'warning',
    strict: 'error',
    says: 'The root has no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      yield* unknownKeys(tree, '', ROOT_FIELDS);
    },
  },
  {
    id: 'R111',
    severity: 'error',
    says: '`externalDocs` is one object with an address; a list of them is newer than 1.0.',
    *check(tree) {
      for (const { value, pointer } of documented(tree)) {
        const docs = value['externalDocs'];
        const place = `${pointer}/externalDocs`;
        if (docs === undefined || isObject(docs)) continue;
        if (Array.isArray(docs) && docs.every(isObject))
          yield { pointer: place, severity: 'warning', message: 'externalDocs is a list: newer than 1.0, other readers may refuse it' };
        else yield { pointer: place, message: 'externalDocs must be an object' };
      }
    },
  },
  {
    id: 'R109',
    severity: 'error',
    says: 'A link to outside (`externalDocs`) has its address in `$href`.',
    *check(tree) {
      for (const { value, pointer } of links(tree)) {
        if (typeof value['$href'] !== 'string') yield { pointer: `${pointer}/$href`, message: 'the link must have its address in $href' };
        else if (/[{}]/.test(value['$href']))
          yield { pointer: `${pointer}/$href`, severity: 'warning', message: 'the address is a placeholder, nobody can follow it' };
        yield* wrongTypes(value, pointer, { text: ['description', 'mediaType'] });
      }
    },
  },
  {
    id: 'R108',
    severity: 'warning',
    says: 'The address of a link is an absolute URL.',
    *check(tree) {
      for (const { value, pointer } of links(tree)) {
        const address = value['$href'];
        if (typeof address === 'string' && !/[{}]/.test(address) && !URL.canParse(address))
          yield { pointer: `${pointer}/$href`, message: 'the address is not absolute', hint: 'For example "https://example.com/docs".' };
      }
    },
  },
  {
    id: 'R11',
    severity: 'warning',
    says: 'A description is CommonMark; what browsers would run (scripts, handlers) does not belong into it.',
    *check(tree) {
      for (const { value, pointer } of [{ value: tree['info'], pointer: '/info' }, ...described(tree)])
        if (RUNS.test(textAt(value, 'description') ?? ''))
          yield {
            pointer: `${pointer}/description`,
            message: 'the description holds what a browser would run',
            hint: 'Write plain CommonMark.',
          };
    },
  },
];
