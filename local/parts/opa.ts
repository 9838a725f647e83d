import { join } from 'node:path';
import { buildGo, goPins } from './go.js';
import type { Part } from './part.js';

/** Evaluates policies in Rego. Only tests fetch it: who has such policies runs an OPA of their own, and nothing else needs one. */
export const opa: Part = {
  name: 'opa',
  version: '1.22.3',
  size: 'a Go build, one to three minutes',
  needs: ['go'],
  pins: goPins('opa'),
  fetch: (context) => buildGo('opa', 'github.com/open-policy-agent/opa', join(context.folder, 'opa'), context),
};
