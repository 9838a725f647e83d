import { at, textAt } from '../json.js';
import type { Rule } from './rule.js';
import { components, ports, tasks, texts } from './walk.js';

/** `${env:NAME}`, `${secret:NAME}`, `${output:component.name}`. */
const WELL_FORMED =
  /^\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|secret:[A-Za-z_][A-Za-z0-9_]*|output:([A-Za-z][A-Za-z0-9._-]*)\.[A-Za-z_][A-Za-z0-9_]*)\}$/;
const ANY = /\$\{[^}]*\}?/g;
const OURS = /\$\{(?:env|secret|output):/;

/** Where placeholders are filled in, or where a foreign document or a template may mean something of its own by the same signs. */
const APART: ReadonlySet<string> = new Set(['configurations', 'definition', 'template']);

/** Placeholders: one grammar, in configurations only. */
export const placeholderRules: Rule[] = [
  {
    id: 'P1',
    severity: 'error',
    says: 'A placeholder in configurations is ${env:NAME}, ${secret:NAME} or ${output:component.name}; others are passed on as they stand.',
    *check(tree) {
      const hint = 'Write ${env:NAME}, ${secret:NAME} or ${output:component.name}.';
      for (const task of tasks(tree))
        for (const { value, pointer } of texts(at(task.value, 'configurations'), `${task.pointer}/configurations`))
          for (const found of typeof value === 'string'
            ? (value.match(ANY) ?? []).filter((text) => !WELL_FORMED.test(text)).slice(0, 1)
            : [])
            yield OURS.test(found)
              ? { pointer, message: 'a placeholder is not well formed', hint }
              : { pointer, severity: 'warning', message: 'this placeholder is not filled in: it is passed on as it stands', hint };
    },
  },
  {
    id: 'P2',
    severity: 'error',
    says: 'Placeholders stand in configurations only.',
    *check(tree) {
      for (const section of ['info', 'interfaceComponents', 'internalComponents'])
        for (const { value, pointer } of texts(tree[section], `/${section}`, APART))
          if (typeof value === 'string' && OURS.test(value))
            yield { pointer, message: 'a placeholder is not filled in here', hint: 'Placeholders are allowed in configurations only.' };
    },
  },
  {
    id: 'P3',
    severity: 'error',
    whole: true,
    says: '${output:component.name} names a component of this product.',
    *check(tree) {
      const known = new Set([...components(tree), ...ports(tree)].map(({ value }) => textAt(value, 'name')));
      for (const task of tasks(tree))
        for (const { value, pointer } of texts(at(task.value, 'configurations'), `${task.pointer}/configurations`))
          for (const found of typeof value === 'string' ? (value.match(ANY) ?? []) : []) {
            const component = WELL_FORMED.exec(found)?.[1];
            if (component !== undefined && !known.has(component))
              yield { pointer, message: 'a placeholder names a component that this product does not have' };
          }
    },
  },
];
