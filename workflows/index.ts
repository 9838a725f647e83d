/** The workflow types, by the names that people start them with in the Temporal UI. */
export { registerDataProduct } from './register.js';
export { deployDataProduct } from './deploy.js';
export { upgradeDataProduct } from './upgrade.js';
export { retireDataProduct } from './retire.js';
export { recoverDataProduct } from './recover.js';
export { rehearseDataProduct } from './rehearse.js';
export { inspectDataProduct } from './inspect.js';
export { policyException } from './exception.js';
export { notify } from './notify.js';
