import { at, isObject, listAt, pointerTo, textAt, type JsonObject } from '../json.js';
import { portLists } from '../product.js';
import { isName, isVersion } from './formats.js';
import { unknownKeys, wrongTypes } from './keys.js';
import type { Rule } from './rule.js';
import { agreements, ports } from './walk.js';

const PORT_FIELDS = [
  ...['id', 'fullyQualifiedName', 'entityType', 'name', 'version', 'displayName', 'description', 'componentGroup', 'tags', 'externalDocs'],
  ...Object.keys(agreements),
];

const SPECIFICATION_OF: { [servicesType: string]: string } = {
  'streaming-services': 'asyncapi',
  'rest-services': 'openapi',
  'datastore-services': 'datastoreapi',
};

/** Two spellings of one field at once: the newer stands, and they must not differ. */
const bothSpellings: { holder: string; older: string; newer: string; rule: string }[] = [
  { holder: '', older: 'contracts', newer: 'obligations', rule: 'R64' },
  { holder: '', older: 'expectatctions', newer: 'expectations', rule: 'R63' },
  { holder: 'promises', older: 'serviceType', newer: 'servicesType', rule: 'R59' },
  { holder: 'promises', older: 'depreceationPolicy', newer: 'deprecationPolicy', rule: 'R61' },
];

const interfaces = (tree: JsonObject): JsonObject => (isObject(tree['interfaceComponents']) ? tree['interfaceComponents'] : {});

/** The product's ports. */
export const portRules: Rule[] = [
  {
    id: 'R48',
    severity: 'error',
    says: 'Each kind of port is a list of objects; a product from 1.0.0 on has output ports.',
    *check(tree) {
      if (!isObject(tree['interfaceComponents'])) return;
      yield* wrongTypes(interfaces(tree), '/interfaceComponents', { 'list of objects': portLists });
      const version = textAt(tree['info'], 'version') ?? '';
      const outputs = interfaces(tree)['outputPorts'];
      if (Array.isArray(outputs) && outputs.length === 0 && isVersion(version) && !version.startsWith('0.'))
        yield { pointer: '/interfaceComponents/outputPorts', severity: 'warning', message: 'the product has no output port' };
    },
  },
  {
    id: 'R49',
    severity: 'warning',
    says: '`interfaceComponents` has the five kinds of ports and nothing else.',
    *check(tree) {
      for (const key of Object.keys(interfaces(tree)).filter((name) => name.startsWith('x-')))
        yield { pointer: pointerTo('/interfaceComponents', key), message: `${JSON.stringify(key)} is ignored here` };
      yield* unknownKeys(interfaces(tree), '/interfaceComponents', portLists);
    },
  },
  {
    id: 'R50',
    severity: 'error',
    says: 'A port has a name (a letter, then letters and digits) that is unique among the ports of its kind.',
    *check(tree) {
      const seen = new Set<string>();
      for (const { value, list, pointer } of ports(tree)) {
        const name = value['name'];
        if (!isName(name))
          yield {
            pointer: `${pointer}/name`,
            message: 'name must be a letter followed by letters and digits',
            hint: 'For example "tripStatus".',
          };
        else if (seen.has(`${list} ${String(name)}`)) yield { pointer: `${pointer}/name`, message: `another of the ${list} has this name` };
        else seen.add(`${list} ${String(name)}`);
      }
    },
  },
  {
    id: 'R51',
    severity: 'error',
    says: 'A port has a semantic version.',
    *check(tree) {
      for (const { value, pointer } of ports(tree))
        if (!isVersion(value['version']))
          yield { pointer: `${pointer}/version`, message: 'version must be a semantic version', hint: 'For example "1.0.0".' };
    },
  },
  {
    id: 'R54',
    severity: 'error',
    says: 'Texts of a port are texts, its tags a list of them.',
    *check(tree) {
      for (const { value, pointer } of ports(tree))
        yield* wrongTypes(value, pointer, {
          text: ['displayName', 'description', 'componentGroup', 'fullyQualifiedName', 'entityType', 'id'],
          'list of texts': ['tags'],
        });
    },
  },
  {
    id: 'R55',
    severity: 'error',
    says: '`promises`, `expectations` and `obligations` are objects.',
    *check(tree) {
      for (const { value, pointer } of ports(tree)) yield* wrongTypes(value, pointer, { object: Object.keys(agreements) });
    },
  },
  {
    id: 'R56',
    severity: 'warning',
    says: 'A port and its agreements have no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      for (const { value, pointer } of ports(tree)) {
        yield* unknownKeys(value, pointer, [...PORT_FIELDS, 'contracts', 'expectatctions', 'dependsOn']);
        for (const [agreement, keys] of Object.entries(agreements))
          yield* unknownKeys(value[agreement], `${pointer}/${agreement}`, [
            ...keys,
            'description',
            'externalDocs',
            ...(agreement === 'promises' ? ['platform', 'servicesType', 'serviceType', 'depreceationPolicy'] : []),
          ]);
      }
    },
  },
  {
    id: 'R58',
    severity: 'error',
    says: '`promises.platform` and `promises.servicesType` are texts.',
    *check(tree) {
      for (const { value, pointer } of ports(tree))
        if (isObject(value['promises']))
          yield* wrongTypes(value['promises'], `${pointer}/promises`, { text: ['platform', 'servicesType'] });
    },
  },
  ...bothSpellings.map(({ holder, older, newer, rule }): Rule => ({
    id: rule,
    severity: 'error',
    says: `\`${older}\` is an older spelling of \`${newer}\`; one of them is enough.`,
    *check(tree) {
      for (const { value, pointer } of ports(tree)) {
        const place = holder === '' ? value : value[holder];
        const [one, two] = [at(place, older), at(place, newer)];
        if (one === undefined || two === undefined) continue;
        const differ = JSON.stringify(one) !== JSON.stringify(two);
        yield {
          pointer: pointerTo(pointer, ...(holder === '' ? [] : [holder]), older),
          severity: differ ? 'error' : 'warning',
          message: differ ? `${older} and ${newer} say different things` : `${older} repeats ${newer}`,
          hint: `Keep ${newer}.`,
        };
      }
    },
  })),
  {
    id: 'R60',
    severity: 'warning',
    says: 'Streaming services are described by AsyncAPI, REST services by OpenAPI, datastores by DataStoreAPI.',
    *check(tree) {
      for (const { value, pointer } of ports(tree)) {
        const wanted = SPECIFICATION_OF[textAt(value['promises'], 'servicesType') ?? ''];
        const specification = textAt(at(value['promises'], 'api'), 'specification');
        if (wanted !== undefined && specification !== undefined && specification.toLowerCase() !== wanted)
          yield { pointer: `${pointer}/promises/api/specification`, message: `services of this type are usually described by ${wanted}` };
      }
    },
  },
  {
    id: 'R61a',
    severity: 'warning',
    says: 'An output port from 1.0.0 on states its deprecation policy.',
    *check(tree) {
      for (const { value, pointer } of ports(tree, ['outputPorts'])) {
        const version = textAt(value, 'version') ?? '';
        if (isVersion(version) && !version.startsWith('0.') && at(value['promises'], 'deprecationPolicy') === undefined)
          yield {
            pointer: `${pointer}/promises`,
            message: 'the port does not say how long it stays after a new major version',
            hint: 'Add promises.deprecationPolicy.',
          };
      }
    },
  },
  {
    id: 'R63a',
    severity: 'warning',
    says: 'No group is in both the includes and the excludes of an audience.',
    *check(tree) {
      for (const { value, pointer } of ports(tree)) {
        const definition = at(at(value['expectations'], 'audience'), 'definition');
        const excluded = new Set(listAt(definition, 'x-excludes'));
        if (listAt(definition, 'x-includes').some((group) => typeof group === 'string' && excluded.has(group)))
          yield { pointer: `${pointer}/expectations/audience/definition`, message: 'a group is both included and excluded' };
      }
    },
  },
];
