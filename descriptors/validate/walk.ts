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

/** Every text below a value, with the key it stands under (of the nearest object); not what stands under the keys that are `apart`. */
export function* texts(
  value: Json | undefined,
  pointer: string,
  key = '',
  apart: ReadonlySet<string> = new Set(),
): Generator<Place<string | number> & { key: string }> {
  if (typeof value === 'string' || typeof value === 'number') yield { value, pointer, key };
  else if (Array.isArray(value)) for (const [index, inner] of value.entries()) yield* texts(inner, pointerTo(pointer, index), key, apart);
  else if (isObject(value))
    for (const name of Object.keys(value)) if (!apart.has(name)) yield* texts(value[name], pointerTo(pointer, name), name, apart);
}

export const nameOf = (value: JsonObject): string => textAt(value, 'name') ?? '';
