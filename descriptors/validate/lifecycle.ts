import { at, isObject, listAt, pointerTo, type JsonObject } from '../json.js';
import { isName } from './formats.js';
import { taskFields } from './fields.js';
import { unknownKeys, wrongTypes } from './keys.js';
import type { Rule } from './rule.js';
import { components, infoBlocks, tasks } from './walk.js';

const isInt32 = (value: unknown): boolean => Number.isInteger(value) && (value as number) === ((value as number) | 0);

const stagesOf = (tree: JsonObject): JsonObject => {
  const stages = at(tree['internalComponents'], 'lifecycleInfo');
  return isObject(stages) ? stages : {};
};

/** Stages that a product enters when it goes, not when it comes. */
const LEAVING: readonly string[] = ['deprecated', 'retired'];

/** What the platform is asked to do. */
export const lifecycleRules: Rule[] = [
  {
    id: 'R77',
    severity: 'error',
    says: '`lifecycleInfo` has lists of tasks by stage.',
    *check(tree) {
      const internals = tree['internalComponents'];
      if (isObject(internals)) yield* wrongTypes(internals, '/internalComponents', { 'an object': ['lifecycleInfo'] });
      yield* wrongTypes(stagesOf(tree), '/internalComponents/lifecycleInfo', { 'a list of objects': Object.keys(stagesOf(tree)) });
    },
  },
  {
    id: 'R78',
    severity: 'error',
    says: "A deployment is described once: by stages or by the components' own blocks.",
    *check(tree) {
      const stage = Object.keys(stagesOf(tree)).find((name) => !LEAVING.includes(name));
      if (stage === undefined) return;
      for (const { value, pointer } of components(tree))
        for (const block of infoBlocks)
          if (Object.hasOwn(value, block))
            yield {
              pointer: pointerTo(pointer, block),
              message: `${block} and a stage of lifecycleInfo both say how to deploy`,
              hint: 'Keep lifecycleInfo.',
            };
    },
  },
  {
    id: 'R80',
    severity: 'error',
    says: '`order` of a task is a whole number.',
    *check(tree) {
      for (const { value, pointer } of tasks(tree))
        if (Object.hasOwn(value, 'order') && !isInt32(value['order']))
          yield { pointer: `${pointer}/order`, message: 'order must be a whole number of 32 bits' };
    },
  },
  {
    id: 'R79',
    severity: 'warning',
    says: 'Tasks of a stage have different orders; equal ones run as written.',
    *check(tree) {
      for (const stage of Object.keys(stagesOf(tree))) {
        const seen = new Set<unknown>();
        for (const [index, task] of listAt(stagesOf(tree), stage).entries()) {
          const order = at(task, 'order');
          if (isInt32(order) && seen.has(order))
            yield {
              pointer: pointerTo('/internalComponents/lifecycleInfo', stage, index, 'order'),
              message: 'another task of this stage has this order: they run as written',
            };
          seen.add(order);
        }
      }
    },
  },
  {
    id: 'R81',
    severity: 'warning',
    says: 'The name of a task is a letter, then letters and digits, and unique in its stage.',
    *check(tree) {
      const seen = new Set<string>();
      for (const { value, pointer } of tasks(tree)) {
        if (!Object.hasOwn(value, 'name')) continue;
        const key = `${pointer.replace(/\/\d+$/, '')} ${String(value['name'])}`;
        if (typeof value['name'] !== 'string') yield { pointer: `${pointer}/name`, severity: 'error', message: 'name must be a text' };
        else if (!isName(value['name']))
          yield { pointer: `${pointer}/name`, message: 'name is not a letter followed by letters and digits' };
        else if (seen.has(key))
          yield { pointer: `${pointer}/name`, severity: 'error', message: 'another task of this stage has this name' };
        seen.add(key);
      }
    },
  },
  {
    id: 'R82',
    severity: 'error',
    says: 'The service of a task is a name (or an object with its address); a task that asks for something names one.',
    *check(tree) {
      for (const { value, pointer } of tasks(tree)) {
        const asks = Object.hasOwn(value, 'template') || Object.hasOwn(value, 'configurations');
        if (asks && (typeof value['service'] !== 'string' || value['service'] === ''))
          yield { pointer: `${pointer}/service`, message: 'the task must name its service' };
        else if (Object.hasOwn(value, 'service') && (typeof value['service'] !== 'string' || value['service'] === ''))
          yield { pointer: `${pointer}/service`, message: 'service must be a name' };
      }
    },
  },
  {
    id: 'R83',
    severity: 'error',
    says: 'The template of a task is an object or a text.',
    *check(tree) {
      for (const { value, pointer } of tasks(tree))
        if (Object.hasOwn(value, 'template') && !isObject(value['template']) && typeof value['template'] !== 'string')
          yield { pointer: `${pointer}/template`, message: 'template must be an object or a text' };
    },
  },
  {
    id: 'R84',
    severity: 'error',
    says: 'The configurations of a task are an object.',
    *check(tree) {
      for (const { value, pointer } of tasks(tree)) yield* wrongTypes(value, pointer, { 'an object': ['configurations'] });
    },
  },
  {
    id: 'R86',
    severity: 'warning',
    strict: 'error',
    says: 'A task has no fields but those of the specification and extensions (`x-...`).',
    *check(tree) {
      for (const task of tasks(tree)) for (const fields of taskFields(task)) yield* unknownKeys(fields);
    },
  },
];
