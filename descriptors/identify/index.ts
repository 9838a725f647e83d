export { componentFqn, idOf, isWithoutMajor, lineOf, majorOf, namespaceOf, parseFqn, type ProductName } from './fqn.js';
export { legacyComponent, legacyProduct, productOf } from './legacy.js';
export { idsOf, isMeant, lineMeant, type NamedProduct } from './product-names.js';
export { namesOf, type Conflict, type Known, type Names } from './lookup.js';
