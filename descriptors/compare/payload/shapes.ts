import { at, isObject, listAt, textAt, type Json, type JsonObject } from '../../json.js';
import { same } from '../parts.js';
import { calledOf, tagOf, typesOf, type SchemaReader } from './schema-reader.js';

/** A schema that is nothing but a choice between shapes. */
export interface Shapes {
  key: 'oneOf' | 'anyOf';
  branches: Json[];
}

/** The shapes of a schema, when each of them says what it is; a choice beside fields of its own only constrains them. */
export function shapesOf(schema: JsonObject, reader: SchemaReader): Shapes | undefined {
  const key = (['oneOf', 'anyOf'] as const).find((each) => listAt(schema, each).length > 0);
  if (key === undefined || schema['properties'] !== undefined) return undefined;
  const branches = listAt(schema, key);
  return branches.every((branch) => typesOf(reader.whole(branch)) !== undefined) ? { key, branches } : undefined;
}

/** The index of the shape that has most in common with a schema. */
export function mostLike(single: JsonObject, branches: readonly Json[], reader: SchemaReader): number {
  const scores = branches.map((branch) => {
    const whole = reader.whole(branch);
    const shared = Object.keys(isObject(single['properties']) ? single['properties'] : {}).filter(
      (name) => at(whole['properties'], name) !== undefined,
    );
    return (same(typesOf(single), typesOf(whole)) ? 1000 : 0) + shared.length;
  });
  return scores.indexOf(Math.max(...scores));
}

/** The branches of two choices: equal ones, those of one name, of one tag, of one type; last what is gone and what is new. */
export function pairBranches(
  before: readonly Json[],
  after: readonly Json[],
  old: SchemaReader,
  next: SchemaReader,
): { pairs: [was: Json, is: Json, index: number][]; gone: Json[]; added: [branch: Json, index: number][] } {
  const [gone, added] = [new Set(before.keys()), new Set(after.keys())];
  const pairs: [Json, Json, number][] = [];
  const alike = (of: (branch: Json, reader: SchemaReader) => Json | undefined) => (was: Json, is: Json) => {
    const [one, two] = [of(was, old), of(is, next)];
    return one !== undefined && one !== '' && same(one, two);
  };
  const fits = [
    alike((branch) => branch),
    alike((branch) => calledOf(branch)),
    alike((branch, reader) => tagOf(reader.whole(branch))),
    alike((branch, reader) => (tagOf(reader.whole(branch)) === '' ? typesOf(reader.whole(branch)) : undefined)),
  ];
  for (const fit of fits)
    for (const index of [...added]) {
      const found = [...gone].find((candidate) => fit(before[candidate] as Json, after[index] as Json));
      if (found === undefined) continue;
      gone.delete(found);
      added.delete(index);
      pairs.push([before[found] as Json, after[index] as Json, index]);
    }
  return {
    pairs,
    gone: [...gone].map((index) => before[index] as Json),
    added: [...added].map((index) => [after[index] as Json, index]),
  };
}

/** A branch in a word, for people. */
export const titleOf = (branch: Json): string =>
  calledOf(branch) ?? textAt(branch, 'type') ?? (isObject(at(branch, 'properties')) ? 'object' : JSON.stringify(branch).slice(0, 40));
