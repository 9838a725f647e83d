import { writeFileSync } from 'node:fs';
import { rulesPage } from '../../descriptors/validate/page.js';

/** `npm run docs`: writes the pages that are made from code. */
writeFileSync(new URL('../../docs/descriptors.md', import.meta.url), rulesPage());
