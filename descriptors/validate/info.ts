import { idOf, majorOf, parseFqn } from '../identify/index.js';
import { isObject, listAt, pointerTo, textAt, type JsonObject } from '../json.js';
import { isName, isUsableName, isVersion } from './formats.js';
import { infoFields, isReference } from './fields.js';
import { missing, unknownKeys, wrongTypes } from './keys.js';
import type { Rule, Violation } from './rule.js';

const MAIL = /^[^@\s]+@[^@\s]+$/;

/** What the address of a contact looks like, by its channel. */
const ADDRESSES: { readonly [channel: string]: RegExp } = {
  mail: MAIL,
  web: /^https?:\/\/\S+$/,
  phone: /^\+?[0-9 ()./-]{3,32}$/,
};

/** A rule about `info`, checked where there is one. */
const onInfo = (rule: Omit<Rule, 'check'> & { check(info: JsonObject): Iterable<Violation> }): Rule => ({
  ...rule,
  check: (tree) => (isObject(tree['info']) && !isReference(tree['info']) ? rule.check(tree['info']) : []),
});

/** Who and what the product is. */
export const infoRules: Rule[] = [
  onInfo({
    id: 'R23',
    severity: 'error',
    strict: 'error',
    says: '`info.name` is required: a letter, then letters and digits.',
    *check(info) {
      const hint = 'For example "trackAndTrace".';
      yield* missing(infoFields(info)[0], 'name', { message: 'name is required: a letter, then letters and digits', hint });
      if (!Object.hasOwn(info, 'name')) return;
      if (isName(info['name'])) {
        if (/^[A-Z]/.test(textAt(info, 'name') ?? ''))
          yield { pointer: '/info/name', severity: 'info', message: 'names of products are usually written in camelCase', hint };
        return;
      }
      yield {
        pointer: '/info/name',
        severity: isUsableName(info['name']) ? 'warning' : 'error',
        message: 'name must be a letter followed by letters and digits',
        hint,
      };
    },
  }),
  onInfo({
    id: 'R24',
    severity: 'error',
    says: '`info.version` is required: a semantic version.',
    *check(info) {
      const hint = 'For example "1.0.0".';
      yield* missing(infoFields(info)[0], 'version', { message: 'version is required: a semantic version', hint });
      if (Object.hasOwn(info, 'version') && !isVersion(info['version']))
        yield { pointer: '/info/version', message: 'version must be a semantic version', hint };
    },
  }),
  onInfo({
    id: 'R27',
    severity: 'error',
    says: '`info.domain` is required.',
    *check(info) {
      const domain = textAt(info, 'domain');
      yield* missing(infoFields(info)[0], 'domain', { message: 'domain is required: the domain that the product belongs to' });
      if (!Object.hasOwn(info, 'domain')) return;
      if (domain === undefined || domain.trim() === '')
        yield { pointer: '/info/domain', message: 'domain must name the domain that the product belongs to' };
      else if (!isName(domain))
        yield {
          pointer: '/info/domain',
          severity: 'warning',
          message: 'domain is not a letter followed by letters and digits, as names of the specification are',
          hint: 'For example "transportManagement". The text is used as it is.',
        };
    },
  }),
  onInfo({
    id: 'R28',
    severity: 'error',
    says: '`info.owner` is required: an object.',
    *check(info) {
      const hint = 'For example {"id": "team@company.example"}.';
      yield* missing(infoFields(info)[0], 'owner', { message: 'owner is required: an object', hint });
      if (Object.hasOwn(info, 'owner') && !isObject(info['owner']))
        yield { pointer: '/info/owner', message: 'owner must be an object', hint };
      else if (isReference(info['owner']))
        yield { pointer: '/info/owner', message: 'owner must stand here itself, not behind a reference', hint };
    },
  }),
  onInfo({
    id: 'R35',
    severity: 'error',
    says: '`info.owner.id` is required: a text, best a mail address.',
    *check(info) {
      if (!isObject(info['owner']) || isReference(info['owner'])) return;
      const id = textAt(info['owner'], 'id');
      const hint = 'Best a mail address: "team@company.example".';
      for (const owner of infoFields(info).filter(({ pointer }) => pointer === '/info/owner'))
        yield* missing(owner, 'id', { message: 'the owner must have an id', hint });
      if (!Object.hasOwn(info['owner'], 'id')) return;
      if (id === undefined) yield { pointer: '/info/owner/id', message: 'the id of the owner must be a text', hint };
      else if (id.trim() === '') yield { pointer: '/info/owner/id', severity: 'warning', message: "the owner's id is empty" };
      else if (!MAIL.test(id)) yield { pointer: '/info/owner/id', severity: 'info', message: "the owner's id is no mail address" };
    },
  }),
  onInfo({
    id: 'R36',
    severity: 'error',
    says: 'Texts of `info` and of its owner are texts.',
    *check(info) {
      yield* wrongTypes(info, '/info', { 'a text': ['displayName', 'description', 'fullyQualifiedName', 'entityType', 'id'] });
      if (isObject(info['owner'])) yield* wrongTypes(info['owner'], '/info/owner', { 'a text': ['name'] });
    },
  }),
  onInfo({
    id: 'R34',
    severity: 'error',
    says: '`info.contactPoints` is a list of objects.',
    *check(info) {
      yield* wrongTypes(info, '/info', { 'a list of objects': ['contactPoints'] });
    },
  }),
  onInfo({
    id: 'R37',
    severity: 'error',
    says: 'A contact point has texts: name, description, channel (web, mail, phone), address.',
    *check(info) {
      for (const [index, contact] of listAt(info, 'contactPoints').entries()) {
        if (!isObject(contact)) continue;
        const pointer = pointerTo('/info/contactPoints', index);
        yield* wrongTypes(contact, pointer, { 'a text': ['name', 'description', 'channel', 'address'] });
        if (typeof contact['name'] === 'string' && !isName(contact['name']))
          yield {
            pointer: `${pointer}/name`,
            severity: 'warning',
            message: 'name is not a letter followed by letters and digits, as names of the specification are',
            hint: 'For example "supportTeam". The text is used as it is.',
          };
        const channel = textAt(contact, 'channel');
        if (channel !== undefined && !['web', 'mail', 'phone'].includes(channel))
          yield { pointer: `${pointer}/channel`, severity: 'warning', message: 'channel is none of web, mail, phone' };
        const [address, shape] = [textAt(contact, 'address'), ADDRESSES[channel ?? '']];
        if (address !== undefined && shape && !shape.test(address))
          yield { pointer: `${pointer}/address`, severity: 'warning', message: 'address is none of this channel' };
      }
    },
  }),
  onInfo({
    id: 'R38',
    severity: 'warning',
    strict: 'error',
    says: '`info` has no fields but those of the specification and extensions (`x-...`).',
    *check(info) {
      for (const fields of infoFields(info)) yield* unknownKeys(fields);
    },
  }),
  onInfo({
    id: 'R30',
    severity: 'error',
    says: '`info.fullyQualifiedName` is urn:dpds:{namespace}:dataproducts:{name}:{major}.',
    *check(info) {
      const fqn = textAt(info, 'fullyQualifiedName');
      if (fqn !== undefined && !(parseFqn(fqn) && fqn.startsWith('urn:dpds:')))
        yield {
          pointer: '/info/fullyQualifiedName',
          message: 'fullyQualifiedName must be urn:dpds:{namespace}:dataproducts:{name}:{major}',
          hint: 'For example "urn:dpds:com.company:dataproducts:orders:1".',
        };
    },
  }),
  onInfo({
    id: 'R29',
    severity: 'error',
    says: '`info.fullyQualifiedName` is there, or can be made: from a component that states its own, or with the namespace given to the reader.',
    *check(info) {
      if (!Object.hasOwn(info, 'fullyQualifiedName'))
        yield {
          pointer: '/info/fullyQualifiedName',
          message: 'fullyQualifiedName is missing, and nothing says the namespace to make it from',
          hint: 'For example "urn:dpds:com.company:dataproducts:orders:1".',
        };
    },
  }),
  onInfo({
    id: 'R16',
    severity: 'warning',
    says: 'A fully qualified name has letters, digits, `.` and `:` (the specification allows no hyphen).',
    *check(info) {
      const fqn = textAt(info, 'fullyQualifiedName') ?? '';
      const name = parseFqn(fqn)?.name;
      // What is wrong with the name is told there (R23).
      const rest = name !== undefined && name === info['name'] ? fqn.replace(`:${name}:`, '::') : fqn;
      if (name !== undefined && !/^[a-zA-Z][a-zA-Z0-9.:]+$/.test(rest))
        yield {
          pointer: '/info/fullyQualifiedName',
          message: 'fullyQualifiedName has other characters than letters, digits, dots and colons',
          hint: 'It is used as it is; other readers may refuse it.',
        };
    },
  }),
  onInfo({
    id: 'R47',
    severity: 'info',
    says: 'The namespace is a reversed domain name of the organisation.',
    *check(info) {
      const fqn = textAt(info, 'fullyQualifiedName') ?? '';
      if (parseFqn(fqn) !== undefined && !(fqn.split(':')[2] ?? '').includes('.'))
        yield {
          pointer: '/info/fullyQualifiedName',
          message: 'the namespace is no reversed domain name',
          hint: 'For example "com.company".',
        };
    },
  }),
  onInfo({
    id: 'R42',
    severity: 'error',
    says: 'Name and version agree with the fully qualified name.',
    *check(info) {
      const fqn = parseFqn(textAt(info, 'fullyQualifiedName') ?? '');
      if (!fqn) return;
      const pointer = '/info/fullyQualifiedName';
      if (isName(info['name']) && info['name'] !== fqn.name) yield { pointer, message: 'the name in fullyQualifiedName is not info.name' };
      if (isVersion(info['version']) && majorOf(info['version']) !== fqn.major)
        yield {
          pointer,
          message: 'the major version in fullyQualifiedName is not that of info.version',
          hint: 'A new major version is a new fully qualified name.',
        };
    },
  }),
  onInfo({
    id: 'R31',
    severity: 'error',
    says: '`info.entityType` is "dataproduct" when it is there.',
    *check(info) {
      if (typeof info['entityType'] === 'string' && info['entityType'] !== 'dataproduct')
        yield { pointer: '/info/entityType', message: 'entityType must be "dataproduct"', hint: 'It may be left out.' };
    },
  }),
  onInfo({
    id: 'R32',
    severity: 'warning',
    strict: 'error',
    says: '`info.id` is the UUIDv5 of the fully qualified name; it is computed, never believed.',
    *check(info) {
      const [fqn, id] = [textAt(info, 'fullyQualifiedName'), textAt(info, 'id')];
      if (fqn !== undefined && id !== undefined && id !== idOf(fqn))
        yield {
          pointer: '/info/id',
          message: 'id is not the one that belongs to fullyQualifiedName',
          hint: 'Leave it out: it is computed.',
        };
    },
  }),
];
