import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../json.js';
import { componentLists, portLists, type ComponentList, type PortList } from '../product.js';

export interface Place<T = JsonObject> {
  value: T;
  pointer: string;
}

export interface Member<L extends string> extends Place {
  list: L;
  index: number;
}

/** Every port that is an object. */
export function* ports(tree: JsonObject, only: readonly PortList[] = portLists): Generator<Member<PortList>> {
  yield* membersOf(tree, 'interfaceComponents', only);
}

/** Every application and piece of infrastructure that is an object. */
export function* components(tree: JsonObject, only: readonly ComponentList[] = componentLists): Generator<Member<ComponentList>> {
  yield* membersOf(tree, 'internalComponents', only);
}

function* membersOf<L extends string>(tree: JsonObject, section: string, lists: readonly L[]): Generator<Member<L>> {
  for (const list of lists)
    for (const [index, value] of listAt(tree[section], list).entries())
      if (isObject(value)) yield { value, list, index, pointer: pointerTo('', section, list, index) };
}

export function* entities(tree: JsonObject): Generator<Member<PortList | ComponentList>> {
  yield* ports(tree);
  yield* components(tree);
}

/** The agreements of a port and the definitions that the specification knows in them. */
export const agreements: { readonly [agreement: string]: readonly string[] } = {
  promises: ['api', 'deprecationPolicy', 'slo'],
  expectations: ['audience', 'usage'],
  obligations: ['termsAndConditions', 'billingPolicy', 'sla'],
};

/** Every Standard Definition of every port that is an object. */
export function* definitions(tree: JsonObject): Generator<Place & { key: string; port: JsonObject }> {
  for (const port of ports(tree))
    for (const [agreement, keys] of Object.entries(agreements))
      for (const key of keys) {
        const value = at(port.value[agreement], key);
        if (isObject(value)) yield { value, key, port: port.value, pointer: pointerTo(port.pointer, agreement, key) };
      }
}

export const infoBlocks = ['buildInfo', 'provisionInfo', 'deployInfo'] as const;

/** Every lifecycle task: the components' blocks and the tasks of the stages. */
export function* tasks(tree: JsonObject): Generator<Place> {
  for (const component of components(tree))
    for (const block of infoBlocks) {
      const value = component.value[block];
      if (isObject(value)) yield { value, pointer: pointerTo(component.pointer, block) };
    }
  const stages = at(tree['internalComponents'], 'lifecycleInfo');
  if (!isObject(stages)) return;
  for (const stage of Object.keys(stages))
    for (const [index, value] of listAt(stages, stage).entries())
      if (isObject(value)) yield { value, pointer: pointerTo('', 'internalComponents', 'lifecycleInfo', stage, index) };
}

/**
 * Every text and number below a value in order, with the key it stands under (of the nearest object).
 * @param except keys below which nothing is looked at
 */
export function* texts(
  value: Json | undefined,
  pointer: string,
  except: ReadonlySet<string> = NONE,
): Generator<Place<string | number> & { key: string }> {
  // A list of what is open instead of a generator in each other: each text would pass through all of them.
  const open: { value: Json | undefined; pointer: string; key: string }[] = [{ value, pointer, key: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: here, pointer: place, key: under } = next;
    if (typeof here === 'string' || typeof here === 'number') yield { value: here, pointer: place, key: under };
    else if (Array.isArray(here))
      for (let index = here.length - 1; index >= 0; index--)
        open.push({ value: here[index], pointer: pointerTo(place, index), key: under });
    else if (isObject(here))
      for (const name of Object.keys(here).reverse())
        if (!except.has(name)) open.push({ value: here[name], pointer: pointerTo(place, name), key: name });
  }
}

const NONE: ReadonlySet<string> = new Set();

export const nameOf = (value: JsonObject): string => textAt(value, 'name') ?? '';
