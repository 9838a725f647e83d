export { evaluateRego } from './evaluate.js';
export { faultsOf } from './module.js';
export { createOpa, type Opa, type OpaOptions } from './opa.js';
export { OpaError } from './request.js';
