import { isObject, listAt, pointerTo, textAt, type JsonObject } from '../json.js';
import { componentLists } from '../product.js';
import { nearest } from '../nearest.js';
import { circleOf } from '../tasks/order.js';
import { isName, isUsableName, isVersion } from './formats.js';
import { componentFields, internalFields } from './fields.js';
import { LONGEST_KEY, misspelt, missing, unknownKeys, wrongTypes } from './keys.js';
import type { Rule, Violation } from './rule.js';
import { components, infoBlocks, ports } from './walk.js';

const LINKS = ['consumesFrom', 'providesTo', 'dependsOn'] as const;

/** Longer names are not compared with the known ones. */
const LONGEST_FQN = 256;

const internals = (tree: JsonObject): JsonObject => (isObject(tree['internalComponents']) ? tree['internalComponents'] : {});
/** Names the component meant by what is no fully qualified name. */
const byName = (text: string, known: readonly string[]): string | undefined => known.find((fqn) => fqn.split(':').at(-1) === text);

const fqns = (items: Iterable<{ value: JsonObject }>): string[] =>
  [...items].flatMap(({ value }) => textAt(value, 'fullyQualifiedName') ?? []);

/** Consuming from what goes out, providing to what an application alone is. */
function* wrongWay(tree: JsonObject): Generator<Violation> {
  const [inputs, outputs] = [fqns(ports(tree, ['inputPorts'])), fqns(ports(tree, ['outputPorts']))];
  const [applications, told] = [
    fqns(components(tree, ['applicationComponents'])),
    fqns(ports(tree, ['discoveryPorts', 'observabilityPorts'])),
  ];
  const kind = new Map([
    ...inputs.map((fqn) => [fqn, 'an input port'] as const),
    ...outputs.map((fqn) => [fqn, 'an output port'] as const),
    ...told.map((fqn) => [fqn, 'a discovery or observability port'] as const),
    ...applications.map((fqn) => [fqn, 'an application'] as const),
  ]);
  const ways = { consumesFrom: [...outputs, ...told, ...applications], providesTo: [...inputs, ...applications] };
  for (const { value, list, pointer } of components(tree))
    for (const [link, wrong] of Object.entries(ways))
      for (const [index, target] of listAt(value, link).entries()) {
        // Infrastructure holds what comes in by an input port.
        if (list === 'infrastructuralComponents' && link === 'providesTo' && typeof target === 'string' && inputs.includes(target))
          continue;
        if (typeof target === 'string' && wrong.includes(target))
          yield {
            pointer: pointerTo(pointer, link, index),
            message: `${link} names ${kind.get(target)} of this product`,
            hint: `It goes ${link === 'consumesFrom' ? 'from input' : 'to output'} ports or infrastructure.`,
          };
      }
}

/** Applications and infrastructure. */
export const componentRules: Rule[] = [
  {
    id: 'R87',
    severity: 'error',
    says: 'Applications and infrastructure are lists of objects.',
    *check(tree) {
      yield* wrongTypes(internals(tree), '/internalComponents', { 'a list of objects': componentLists });
    },
  },
  {
    id: 'R76',
    severity: 'warning',
    says: '`internalComponents` has applications, infrastructure and lifecycleInfo, and nothing else.',
    *check(tree) {
      for (const key of Object.keys(internals(tree)).filter((name) => name.startsWith('x-')))
        yield { pointer: pointerTo('/internalComponents', key), message: `${JSON.stringify(key)} is ignored here` };
      for (const fields of internalFields(tree)) yield* unknownKeys(fields);
    },
  },
  {
    id: 'R88',
    severity: 'error',
    says: 'A component has a name (a letter, then letters and digits) that is unique among its kind; of infrastructure it may be missing.',
    *check(tree) {
      const seen = new Set<string>();
      for (const component of components(tree)) {
        const { value, list, pointer } = component;
        const name = value['name'];
        yield* missing(componentFields(component), 'name', { message: 'name is required: a letter, then letters and digits' });
        if (!Object.hasOwn(value, 'name')) continue;
        if (!isName(name))
          yield {
            pointer: `${pointer}/name`,
            severity: isUsableName(name) ? 'warning' : 'error',
            message: 'name must be a letter followed by letters and digits',
            hint: 'For example "tripProcessing".',
          };
        if (!isUsableName(name)) continue;
        if (seen.has(`${list} ${String(name)}`)) yield { pointer: `${pointer}/name`, message: `another of the ${list} has this name` };
        else seen.add(`${list} ${String(name)}`);
      }
    },
  },
  {
    id: 'R89',
    severity: 'error',
    says: 'A component has a semantic version.',
    *check(tree) {
      const hint = 'For example "1.0.0".';
      for (const component of components(tree)) {
        yield* missing(componentFields(component), 'version', { message: 'version is required: a semantic version', hint });
        if (Object.hasOwn(component.value, 'version') && !isVersion(component.value['version']))
          yield { pointer: `${component.pointer}/version`, message: 'version must be a semantic version', hint };
      }
    },
  },
  {
    id: 'R90',
    severity: 'error',
    says: 'Texts of a component are texts, its links lists of fully qualified names.',
    *check(tree) {
      for (const { value, pointer } of components(tree))
        yield* wrongTypes(value, pointer, {
          'a text': [
            'displayName',
            'description',
            'platform',
            'applicationType',
            'infrastructureType',
            'fullyQualifiedName',
            'entityType',
            'id',
          ],
          'a list of texts': [...LINKS, 'tags'],
          'an object': infoBlocks,
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
            const isFqn = /^urn:[^:]+:./i.test(target);
            const meant = own ? nearest(target.slice(0, LONGEST_FQN), known) : byName(target, known);
            yield {
              pointer: pointerTo(pointer, link, index),
              severity: own ? 'error' : 'warning',
              message: own
                ? `${link} names nothing of this product`
                : isFqn
                  ? `${link} names something outside of this product`
                  : `${link} holds what is no fully qualified name`,
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
      const applications = new Set(fqns(components(tree, ['applicationComponents'])));
      // Infrastructure that depends on an application is told as that (R92).
      const allowed = ({ value, list }: (typeof all)[number]): string[] =>
        list === 'infrastructuralComponents' ? texts(value).filter((target) => !applications.has(target)) : texts(value);
      const dependencies = new Map(all.map((each) => [textAt(each.value, 'fullyQualifiedName') ?? '', allowed(each)]));
      for (let circle = circleOf(dependencies); circle !== undefined; circle = circleOf(dependencies)) {
        const [first = ''] = circle;
        const start = all.find(({ value }) => value['fullyQualifiedName'] === first);
        if (start)
          yield {
            pointer: `${start.pointer}/dependsOn`,
            message: `the components depend on each other in a circle: ${circle.map((fqn) => fqn.split(':').at(-1)?.slice(0, LONGEST_KEY)).join(' → ')}`,
          };
        // Each component is told in one circle.
        for (const fqn of circle) dependencies.delete(fqn);
      }
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
      const known = new Set([...fqns(ports(tree)), ...fqns(components(tree))]);
      // A product without applications is described from outside; a link that leads nowhere (R91) may be the one that is missed.
      if ([...components(tree, ['applicationComponents'])].length === 0) return;
      if (provided.some((target) => typeof target === 'string' && !known.has(target))) return;
      const outputs = [...ports(tree, ['outputPorts'])];
      const all = [...components(tree)];
      // Nobody has thought of it, or has mistyped it: told once, where it would be written.
      if (all.every(({ value }) => !Object.hasOwn(value, 'providesTo'))) {
        const [first] = all;
        const isMistyped = all.some((each) => misspelt(each.value, 'providesTo', componentFields(each).known) !== undefined);
        if (first && outputs.length > 0 && !isMistyped)
          yield {
            pointer: `${first.pointer}/providesTo`,
            message: 'no component says which output ports it provides to',
            hint: 'Name them in providesTo, by their fully qualified names.',
          };
        return;
      }
      for (const { value, pointer } of outputs)
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
      for (const component of components(tree)) yield* unknownKeys(componentFields(component));
    },
  },
];
