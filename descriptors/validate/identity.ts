import { componentFqn, idOf, majorOf } from '../identify/index.js';
import { textAt } from '../json.js';
import { kinds } from '../product.js';
import { isName } from './formats.js';
import type { Rule } from './rule.js';
import { definitions, entities } from './walk.js';

const COMPONENT_TYPES: ReadonlySet<string> = new Set(['dataproduct', ...Object.values(kinds).map(({ entityType }) => entityType)]);

/** Names of the components. */
export const identityRules: Rule[] = [
  {
    id: 'R39',
    severity: 'error',
    says: "A component's fully qualified name is {product}:{kind}:{name}.",
    *check(tree) {
      const product = textAt(tree['info'], 'fullyQualifiedName');
      if (product === undefined) return;
      for (const { value, list, pointer } of entities(tree)) {
        const [fqn, name] = [textAt(value, 'fullyQualifiedName'), textAt(value, 'name')];
        if (fqn === undefined || name === undefined || !isName(name)) continue;
        if (fqn !== componentFqn(product, list, name))
          yield {
            pointer: `${pointer}/fullyQualifiedName`,
            message: `fullyQualifiedName must be that of the product, then ":${kinds[list].segment}:" and the name`,
            hint: 'It may be left out.',
          };
      }
    },
  },
  {
    id: 'R44',
    severity: 'error',
    says: "A component's `entityType` is that of its kind.",
    *check(tree) {
      for (const { value, list, pointer } of entities(tree))
        if (typeof value['entityType'] === 'string' && value['entityType'] !== kinds[list].entityType)
          yield {
            pointer: `${pointer}/entityType`,
            message: `entityType must be "${kinds[list].entityType}" here`,
            hint: 'It may be left out.',
          };
      for (const { value, key, pointer } of definitions(tree)) {
        const type = textAt(value, 'entityType');
        // Only that of an API is fixed; what the others are called is open.
        if (type !== undefined && (key === 'api' ? type !== 'api' : COMPONENT_TYPES.has(type)))
          yield {
            pointer: `${pointer}/entityType`,
            message: key === 'api' ? 'entityType must be "api" here' : 'entityType names a kind of component, this is a definition',
            hint: 'It may be left out.',
          };
      }
    },
  },
  {
    id: 'R41',
    severity: 'warning',
    says: 'The fully qualified name of a Standard Definition, where written, ends in its name and version.',
    *check(tree) {
      for (const { value, pointer } of definitions(tree)) {
        const [fqn, name, version] = [textAt(value, 'fullyQualifiedName'), textAt(value, 'name'), textAt(value, 'version')];
        if (fqn === undefined || name === undefined || version === undefined) continue;
        const [last, before] = fqn.split(':').reverse();
        // Whether the version is whole or only its major part is left open by the specification.
        if (before !== name || (last !== version && last !== majorOf(version)))
          yield {
            pointer: `${pointer}/fullyQualifiedName`,
            message: 'fullyQualifiedName does not end in the name and version of the definition',
          };
      }
    },
  },
  {
    id: 'R52',
    severity: 'warning',
    strict: 'error',
    says: "A component's id is the UUIDv5 of its fully qualified name; it is computed, never believed.",
    *check(tree) {
      for (const { value, pointer } of entities(tree)) {
        const [fqn, id] = [textAt(value, 'fullyQualifiedName'), textAt(value, 'id')];
        if (fqn !== undefined && id !== undefined && id !== idOf(fqn))
          yield {
            pointer: `${pointer}/id`,
            message: 'id is not the one that belongs to fullyQualifiedName',
            hint: 'Leave it out: it is computed.',
          };
      }
    },
  },
];
