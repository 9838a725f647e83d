import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../json.js';
import { portLists } from '../product.js';
import { isName, isVersion } from './formats.js';
import { distance } from 'fastest-levenshtein';
import { agreementFields, interfaceFields, portFields } from './fields.js';
import { misspelt, missing, unknownKeys, wrongTypes } from './keys.js';
import { prose } from './levels.js';
import type { Rule, Violation } from './rule.js';
import { agreements, definitions, ports } from './walk.js';

const SPECIFICATION_OF: { [servicesType: string]: string } = {
  'streaming-services': 'asyncapi',
  'rest-services': 'openapi',
  'datastore-services': 'datastoreapi',
};

const SERVICES = [...Object.keys(SPECIFICATION_OF), 'soap-services', 'odata-services'];

/** Longer texts are not compared with the known ones. */
const LONGEST_TYPE = 64;

/** The list of types is open: `grpc-services` is no slip of the pen. */
const MOST_TYPOS = 2;

/** Two spellings of one field at once: the newer stands, and they must not differ. */
function* bothSpellings(tree: JsonObject, holder: string, older: string, newer: string): Generator<Violation> {
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
}

const interfaces = (tree: JsonObject): JsonObject => (isObject(tree['interfaceComponents']) ? tree['interfaceComponents'] : {});

/** One group, or a list of them. */
const groups = (definition: Json | undefined, key: string): Json[] => {
  const one = textAt(definition, key);
  return one === undefined ? listAt(definition, key) : [one];
};

/** The product's ports. */
export const portRules: Rule[] = [
  {
    id: 'R48',
    severity: 'error',
    says: 'Each kind of port is a list of objects; a product from 1.0.0 on has output ports.',
    *check(tree) {
      if (!isObject(tree['interfaceComponents'])) return;
      yield* wrongTypes(interfaces(tree), '/interfaceComponents', { 'a list of objects': portLists });
      const version = textAt(tree['info'], 'version') ?? '';
      const outputs = interfaces(tree)['outputPorts'];
      const hint = 'Write an empty list when there are none yet.';
      yield* missing(interfaceFields(interfaces(tree)), 'outputPorts', { message: 'outputPorts is required: a list', hint });
      if (Array.isArray(outputs) && outputs.length === 0 && isVersion(version) && !version.startsWith('0.'))
        yield { pointer: '/interfaceComponents/outputPorts', severity: 'warning', whole: true, message: 'the product has no output port' };
    },
  },
  {
    id: 'R49',
    severity: 'warning',
    says: '`interfaceComponents` has the five kinds of ports and nothing else.',
    *check(tree) {
      for (const key of Object.keys(interfaces(tree)).filter((name) => name.startsWith('x-')))
        yield { pointer: pointerTo('/interfaceComponents', key), message: `${JSON.stringify(key)} is ignored here` };
      yield* unknownKeys(interfaceFields(interfaces(tree)));
    },
  },
  {
    id: 'R50',
    severity: 'error',
    says: 'A port has a name (a letter, then letters and digits) that is unique among the ports of its kind.',
    *check(tree) {
      const seen = new Set<string>();
      const hint = 'For example "tripStatus".';
      for (const port of ports(tree)) {
        const { value, list, pointer } = port;
        const name = value['name'];
        yield* missing(portFields(port), 'name', { message: 'name is required: a letter, then letters and digits', hint });
        if (!Object.hasOwn(value, 'name')) continue;
        if (!isName(name)) yield { pointer: `${pointer}/name`, message: 'name must be a letter followed by letters and digits', hint };
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
      const hint = 'For example "1.0.0".';
      for (const port of ports(tree)) {
        yield* missing(portFields(port), 'version', { message: 'version is required: a semantic version', hint });
        if (Object.hasOwn(port.value, 'version') && !isVersion(port.value['version']))
          yield { pointer: `${port.pointer}/version`, message: 'version must be a semantic version', hint };
      }
    },
  },
  {
    id: 'R54',
    severity: 'error',
    says: 'Texts of a port and of its definitions are texts, tags a list of them.',
    *check(tree) {
      for (const { value, pointer } of ports(tree))
        yield* wrongTypes(value, pointer, {
          'a text': ['displayName', 'description', 'componentGroup', 'fullyQualifiedName', 'entityType', 'id'],
          'a list of texts': ['tags'],
        });
      for (const { value, pointer } of ports(tree, ['inputPorts'])) yield* wrongTypes(value, pointer, { 'a list of texts': ['dependsOn'] });
      for (const { value, pointer } of definitions(tree))
        yield* wrongTypes(value, pointer, {
          'a text': ['displayName', 'description', 'componentGroup', 'fullyQualifiedName', 'entityType', 'id'],
          'a list of texts': ['tags'],
        });
      for (const { value, pointer } of ports(tree))
        if (typeof value['componentGroup'] === 'string' && !isName(value['componentGroup']))
          yield {
            pointer: `${pointer}/componentGroup`,
            severity: 'warning',
            message: 'componentGroup is not a letter followed by letters and digits',
          };
    },
  },
  {
    id: 'R55',
    severity: 'error',
    says: '`promises`, `expectations` and `obligations` are objects, and so are the Standard Definitions in them.',
    *check(tree) {
      for (const { value, pointer } of ports(tree)) {
        yield* wrongTypes(value, pointer, { 'an object': Object.keys(agreements) });
        for (const [agreement, keys] of Object.entries(agreements)) {
          const holder = value[agreement];
          if (isObject(holder)) yield* wrongTypes(holder, pointerTo(pointer, agreement), { 'an object': keys });
        }
      }
    },
  },
  {
    id: 'R56',
    severity: 'warning',
    strict: 'error',
    says: 'A port and its agreements have no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      for (const port of ports(tree)) for (const fields of [portFields(port), ...agreementFields(port)]) yield* unknownKeys(fields);
    },
  },
  {
    id: 'R58',
    severity: 'error',
    says: '`promises.platform` and `promises.servicesType` are texts.',
    *check(tree) {
      for (const { value, pointer } of ports(tree))
        if (isObject(value['promises']))
          yield* wrongTypes(value['promises'], `${pointer}/promises`, { 'a text': ['platform', 'servicesType'] });
    },
  },
  {
    id: 'R59',
    severity: 'warning',
    says: '`promises.servicesType` names a type of services, `streaming-services` for example; `serviceType` is an older spelling.',
    *check(tree) {
      yield* bothSpellings(tree, 'promises', 'serviceType', 'servicesType');
      for (const { value, pointer } of ports(tree)) {
        const type = textAt(value['promises'], 'servicesType');
        if (type === undefined || SERVICES.includes(type)) continue;
        const meant = type.length <= LONGEST_TYPE ? SERVICES.find((known) => distance(known, type.toLowerCase()) <= MOST_TYPOS) : undefined;
        if (meant)
          yield {
            pointer: `${pointer}/promises/servicesType`,
            message: 'servicesType is nearly a known one',
            hint: `Did you mean "${meant}"?`,
          };
      }
    },
  },
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
    id: 'R61',
    severity: 'warning',
    says: 'An output port from 1.0.0 on states its deprecation policy.',
    *check(tree) {
      yield* bothSpellings(tree, 'promises', 'depreceationPolicy', 'deprecationPolicy');
      for (const port of ports(tree, ['outputPorts'])) {
        const { value, pointer } = port;
        const version = textAt(value, 'version') ?? '';
        // What stands there in another form or spelling is told as that.
        const isElsewhere =
          (Object.hasOwn(value, 'promises') && !isObject(value['promises'])) ||
          misspelt(value, 'promises', portFields(port).known) !== undefined ||
          agreementFields(port).some(({ value: held, known }) => misspelt(held, 'deprecationPolicy', known) !== undefined);
        if (!isElsewhere && isVersion(version) && !version.startsWith('0.') && at(value['promises'], 'deprecationPolicy') === undefined)
          yield {
            pointer: `${pointer}/promises`,
            message: 'the port does not say how long it stays after a new major version',
            hint: 'Add promises.deprecationPolicy.',
            whole: true,
          };
      }
    },
  },
  {
    id: 'R63',
    severity: 'warning',
    says: 'No group is in both the includes and the excludes of an audience.',
    *check(tree) {
      yield* bothSpellings(tree, '', 'expectatctions', 'expectations');
      for (const { value, pointer } of ports(tree)) {
        const definition = at(at(value['expectations'], 'audience'), 'definition');
        const excluded = new Set(groups(definition, 'x-excludes'));
        if (groups(definition, 'x-includes').some((group) => typeof group === 'string' && excluded.has(group)))
          yield { pointer: `${pointer}/expectations/audience/definition`, message: 'a group is both included and excluded' };
      }
    },
  },
  {
    id: 'R64',
    severity: 'warning',
    says: '`contracts` is an older spelling of `obligations`, one of them is enough; agreed service levels can be computed.',
    *check(tree) {
      yield* bothSpellings(tree, '', 'contracts', 'obligations');
      yield* prose(tree, 'sla');
    },
  },
  {
    id: 'R53',
    severity: 'info',
    says: 'The displayName of a port is its own among the ports of its kind.',
    *check(tree) {
      const [seen, names] = [new Set<string>(), new Set<string>()];
      for (const { value, list, pointer } of ports(tree)) {
        const shown = textAt(value, 'displayName');
        const name = `${list} ${String(value['name'])}`;
        // A port that is there twice is told as that (R50).
        const isTwice = names.has(name);
        names.add(name);
        if (shown === undefined || isTwice) continue;
        if (seen.has(`${list} ${shown}`))
          yield { pointer: `${pointer}/displayName`, message: `another of the ${list} is shown by this name` };
        seen.add(`${list} ${shown}`);
      }
    },
  },
];
