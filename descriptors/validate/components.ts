import { isObject, listAt, pointerTo, textAt, type JsonObject } from '../json.js';
import { componentLists } from '../product.js';
import { nearest } from '../nearest.js';
import { circleOf } from '../tasks/order.js';
import { isName, isVersion } from './formats.js';
import { LONGEST_KEY, unknownKeys, wrongTypes } from './keys.js';
import type { Rule, Violation } from './rule.js';
import { components, infoBlocks, ports } from './walk.js';

const FIELDS = [
  ...['id', 'fullyQualifiedName', 'entityType', 'name', 'version', 'displayName', 'description', 'componentGroup', 'tags', 'externalDocs'],
  ...['platform', 'applicationType', 'infrastructureType', 'consumesFrom', 'providesTo', 'dependsOn', ...infoBlocks],
];
const LINKS = ['consumesFrom', 'providesTo', 'dependsOn'] as const;

/** Longer names are not compared with the known ones. */
const LONGEST_FQN = 256;

const internals = (tree: JsonObject): JsonObject => (isObject(tree['internalComponents']) ? tree['internalComponents'] : {});
const fqns = (items: Iterable<{ value: JsonObject }>): string[] =>
  [...items].flatMap(({ value }) => textAt(value, 'fullyQualifiedName') ?? []);

/** Consuming from what goes out, providing to what an application alone is. */
function* wrongWay(tree: JsonObject): Generator<Violation> {
  const [outputs, applications] = [fqns(ports(tree, ['outputPorts'])), fqns(components(tree, ['applicationComponents']))];
  const ways = { consumesFrom: outputs, providesTo: applications };
  for (const { value, pointer } of components(tree))
    for (const [link, wrong] of Object.entries(ways))
      for (const [index, target] of listAt(value, link).entries())
        if (typeof target === 'string' && wrong.includes(target))
          yield {
            pointer: pointerTo(pointer, link, index),
            message: link === 'consumesFrom' ? 'consumesFrom names an output port of this product' : 'providesTo names an application',
          };
}

/** Applications and infrastructure. */
export const componentRules: Rule[] = [
  {
    id: 'R87',
    severity: 'error',
    says: 'Applications and infrastructure are lists of objects.',
    *check(tree) {
      yield* wrongTypes(internals(tree), '/internalComponents', { 'list of objects': componentLists });
    },
  },
  {
    id: 'R76',
    severity: 'warning',
    says: '`internalComponents` has applications, infrastructure and lifecycleInfo, and nothing else.',
    *check(tree) {
      for (const key of Object.keys(internals(tree)).filter((name) => name.startsWith('x-')))
        yield { pointer: pointerTo('/internalComponents', key), message: `${JSON.stringify(key)} is ignored here` };
      yield* unknownKeys(internals(tree), '/internalComponents', [...componentLists, 'lifecycleInfo']);
    },
  },
  {
    id: 'R88',
    severity: 'error',
    says: 'A component has a name (a letter, then letters and digits) that is unique among its kind.',
    *check(tree) {
      const seen = new Set<string>();
      for (const { value, list, pointer } of components(tree)) {
        const name = value['name'];
        if (!isName(name)) yield { pointer: `${pointer}/name`, message: 'name must be a letter followed by letters and digits' };
        else if (seen.has(`${list} ${String(name)}`)) yield { pointer: `${pointer}/name`, message: `another of the ${list} has this name` };
        else seen.add(`${list} ${String(name)}`);
      }
    },
  },
  {
    id: 'R89',
    severity: 'error',
    says: 'A component has a semantic version.',
    *check(tree) {
      for (const { value, pointer } of components(tree))
        if (!isVersion(value['version']))
          yield { pointer: `${pointer}/version`, message: 'version must be a semantic version', hint: 'For example "1.0.0".' };
    },
  },
  {
    id: 'R90',
    severity: 'error',
    says: 'Texts of a component are texts, its links lists of fully qualified names.',
    *check(tree) {
      for (const { value, pointer } of components(tree))
        yield* wrongTypes(value, pointer, {
          text: [
            'displayName',
            'description',
            'platform',
            'applicationType',
            'infrastructureType',
            'fullyQualifiedName',
            'entityType',
            'id',
          ],
          'list of texts': [...LINKS, 'tags'],
          object: infoBlocks,
        });
    },
  },
  {
    id: 'R91',
    severity: 'error',
    whole: true,
    says: 'What a component consumes from, provides to and depends on exists, when it is of this product.',
    *check(tree) {
      const product = textAt(tree['info'], 'fullyQualifiedName');
      if (product === undefined) return;
      const known = [...fqns(ports(tree)), ...fqns(components(tree))];
      for (const { value, pointer } of components(tree))
        for (const link of LINKS)
          for (const [index, target] of listAt(value, link).entries()) {
            if (typeof target !== 'string' || known.includes(target)) continue;
            const own = target.startsWith(`${product}:`);
            const meant = own ? nearest(target.slice(0, LONGEST_FQN), known) : undefined;
            yield {
              pointer: pointerTo(pointer, link, index),
              severity: own ? 'error' : 'warning',
              message: own ? `${link} names nothing of this product` : `${link} names something outside of this product`,
              ...(meant && { hint: `Did you mean ${JSON.stringify(meant)}?` }),
            };
          }
    },
  },
  {
    id: 'R92',
    severity: 'error',
    says: 'Applications depend on applications and infrastructure, infrastructure on infrastructure alone.',
    *check(tree) {
      const applications = fqns(components(tree, ['applicationComponents']));
      const portNames = fqns(ports(tree));
      for (const { value, list, pointer } of components(tree))
        for (const [index, target] of listAt(value, 'dependsOn').entries()) {
          if (typeof target !== 'string') continue;
          if (portNames.includes(target))
            yield {
              pointer: pointerTo(pointer, 'dependsOn', index),
              message: 'dependsOn names a port',
              hint: 'Ports stand in consumesFrom and providesTo.',
            };
          else if (list === 'infrastructuralComponents' && applications.includes(target))
            yield { pointer: pointerTo(pointer, 'dependsOn', index), message: 'infrastructure cannot depend on an application' };
        }
    },
  },
  {
    id: 'R93',
    severity: 'error',
    says: '`dependsOn` has no circles.',
    *check(tree) {
      const all = [...components(tree)];
      const texts = (value: JsonObject): string[] => listAt(value, 'dependsOn').filter((target) => typeof target === 'string');
      const circle = circleOf(new Map(all.map(({ value }) => [textAt(value, 'fullyQualifiedName') ?? '', texts(value)])));
      const start = circle && all.find(({ value }) => value['fullyQualifiedName'] === circle[0]);
      if (circle && start)
        yield {
          pointer: `${start.pointer}/dependsOn`,
          message: `the components depend on each other in a circle: ${circle.map((fqn) => fqn.split(':').at(-1)?.slice(0, LONGEST_KEY)).join(' → ')}`,
        };
    },
  },
  {
    id: 'R94',
    severity: 'warning',
    whole: true,
    says: 'Components consume from input ports and infrastructure and provide to output ports and infrastructure; an output port has a provider.',
    *check(tree) {
      yield* wrongWay(tree);
      const provided = [...components(tree)].flatMap(({ value }) => listAt(value, 'providesTo'));
      if (provided.length === 0) return;
      for (const { value, pointer } of ports(tree, ['outputPorts']))
        if (typeof value['fullyQualifiedName'] === 'string' && !provided.includes(value['fullyQualifiedName']))
          yield { pointer, message: 'no component provides to this port' };
    },
  },
  {
    id: 'R95',
    severity: 'warning',
    strict: 'error',
    says: 'A component has no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      for (const { value, pointer } of components(tree)) yield* unknownKeys(value, pointer, FIELDS);
    },
  },
];
