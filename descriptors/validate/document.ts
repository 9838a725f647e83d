import { isObject, type JsonObject } from '../json.js';
import { isVersion } from './formats.js';
import { unknownKeys, wrongTypes } from './keys.js';
import type { Rule } from './rule.js';

const ROOT_FIELDS = ['dataProductDescriptor', 'info', 'interfaceComponents', 'internalComponents', 'components', 'tags', 'externalDocs'];

const major = (tree: JsonObject): number | undefined => {
  const version = tree['dataProductDescriptor'];
  return isVersion(version) ? Number(version.split('.')[0]) : undefined;
};

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
    says: 'The root has no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      yield* unknownKeys(tree, '', ROOT_FIELDS);
    },
  },
  {
    id: 'R111',
    severity: 'error',
    says: '`externalDocs` is an object with an address, or a list of them.',
    *check(tree) {
      const docs = tree['externalDocs'];
      if (docs !== undefined && !isObject(docs) && !(Array.isArray(docs) && docs.every(isObject)))
        yield { pointer: '/externalDocs', message: 'externalDocs must be an object' };
    },
  },
];
