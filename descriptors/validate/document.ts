import { isObject, listAt, pointerTo, textAt, type JsonObject } from '../json.js';
import { isVersion } from './formats.js';
import { fieldsOf, isReference, rootFields } from './fields.js';
import { missing, otherCase, unknownKeys, wrongTypes } from './keys.js';
import type { Rule, Violation } from './rule.js';
import { agreements, definitions, entities, ports, tasks, type Place } from './walk.js';

const major = (tree: JsonObject): number | undefined => {
  const version = tree['dataProductDescriptor'];
  return isVersion(version) ? Number(version.split('.')[0]) : undefined;
};

/** What browsers run: elements, handlers, addresses. */
const RUNS = /<(script|iframe|object|embed)\b|<[a-z][^<>]{0,200}\son[a-z]{3,20}\s*=|javascript:/i;
/** Code is shown, not run. */
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;

/** Whatever may carry `description` and `externalDocs`. */
function* described(tree: JsonObject): Generator<Place> {
  yield* entities(tree);
  for (const { value, pointer } of ports(tree))
    for (const agreement of Object.keys(agreements)) {
      const held = value[agreement];
      if (isObject(held)) yield { value: held, pointer: pointerTo(pointer, agreement) };
    }
  yield* definitions(tree);
}

/** Whatever may carry `description`. */
function* texts(tree: JsonObject): Generator<Place> {
  const { info } = tree;
  if (isObject(info)) {
    yield { value: info, pointer: '/info' };
    for (const [index, contact] of listAt(info, 'contactPoints').entries())
      if (isObject(contact)) yield { value: contact, pointer: pointerTo('/info/contactPoints', index) };
  }
  yield* described(tree);
  yield* tasks(tree);
}

/** Whatever may carry `externalDocs`. */
function* documented(tree: JsonObject): Generator<Place> {
  yield { value: tree, pointer: '' };
  yield* described(tree);
}

const LINK_FIELDS = ['$href', 'description', 'mediaType'];

function* links(tree: JsonObject): Generator<Place> {
  for (const { value, pointer } of documented(tree)) {
    const docs = value['externalDocs'];
    if (isObject(docs)) yield { value: docs, pointer: `${pointer}/externalDocs` };
    for (const [index, link] of listAt(value, 'externalDocs').entries())
      if (isObject(link)) yield { value: link, pointer: pointerTo(pointer, 'externalDocs', index) };
  }
}

/** A part that must be an object. */
function* mustBeObject(tree: JsonObject, field: string, hint: string): Generator<Violation> {
  // A section whose reference leads nowhere is told as that.
  const whole = field === 'interfaceComponents' ? { whole: true as const } : {};
  yield* missing(rootFields(tree), field, { message: `${field} is required: an object`, hint, ...whole });
  yield* wrongTypes(tree, '', { 'an object': [field] });
  if (isReference(tree[field])) yield { pointer: `/${field}`, message: `${field} must stand here itself, not behind a reference`, hint };
}

/** The document as a whole. */
export const documentRules: Rule[] = [
  {
    id: 'R2',
    severity: 'error',
    says: 'The case of letters matters in names of fields: `Info` is not `info`.',
    *check(tree) {
      for (const { value, pointer, known } of fieldsOf(tree))
        for (const key of Object.keys(value)) {
          const meant = known.includes(key) ? undefined : otherCase(value, key, known);
          if (meant !== undefined)
            yield {
              pointer: pointerTo(pointer, key),
              message: `${JSON.stringify(key)} is another field than ${JSON.stringify(meant)}: the case of letters matters`,
              hint: `Did you mean ${JSON.stringify(meant)}?`,
            };
        }
    },
  },
  {
    id: 'R19',
    severity: 'error',
    says: '`dataProductDescriptor` is required: the version of the specification, e.g. "1.0.0".',
    *check(tree) {
      const hint = 'Write "dataProductDescriptor": "1.0.0".';
      const message = 'dataProductDescriptor is required: the version of the specification';
      yield* missing(rootFields(tree), 'dataProductDescriptor', { message, hint });
      if (Object.hasOwn(tree, 'dataProductDescriptor') && !isVersion(tree['dataProductDescriptor']))
        yield {
          pointer: '/dataProductDescriptor',
          message: 'dataProductDescriptor must be the version of the specification, a semantic version',
          hint,
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
      yield* mustBeObject(tree, 'info', 'Name, version, domain and owner stand in it.');
      yield* mustBeObject(tree, 'interfaceComponents', 'The ports stand in it; outputPorts may be an empty list.');
    },
  },
  {
    id: 'R21',
    severity: 'error',
    says: '`internalComponents` and `components` are objects, `tags` a list of texts.',
    *check(tree) {
      yield* wrongTypes(tree, '', { 'an object': ['internalComponents', 'components'], 'a list of texts': ['tags'] });
    },
  },
  {
    id: 'R22',
    severity: 'warning',
    strict: 'error',
    says: 'The root has no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      yield* unknownKeys(rootFields(tree));
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
        yield* missing({ value, pointer, known: LINK_FIELDS }, '$href', { message: 'the link must have its address in $href' });
        if (Object.hasOwn(value, '$href') && typeof value['$href'] !== 'string')
          yield { pointer: `${pointer}/$href`, message: 'the address must be a text' };
        else if (typeof value['$href'] === 'string' && /[{}]/.test(value['$href']))
          yield { pointer: `${pointer}/$href`, severity: 'warning', message: 'the address is a placeholder, nobody can follow it' };
        yield* wrongTypes(value, pointer, { 'a text': ['description', 'mediaType'] });
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
      for (const { value, pointer } of texts(tree))
        if (RUNS.test((textAt(value, 'description') ?? '').replace(CODE, '')))
          yield {
            pointer: `${pointer}/description`,
            message: 'the description holds what a browser would run',
            hint: 'Write plain CommonMark.',
          };
    },
  },
];
