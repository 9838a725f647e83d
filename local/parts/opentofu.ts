import { join } from 'node:path';
import { buildGo, goPins } from './go.js';
import type { Part } from './part.js';

/** Stands in for Terraform where none of at least 1.11 is on the PATH (local/parts/terraform.ts decides). */
export const opentofu: Part = {
  name: 'opentofu',
  version: '1.12.6',
  size: 'a Go build, three to six minutes',
  needs: ['go'],
  pins: goPins('opentofu'),
  fetch: (context) => buildGo('opentofu', 'github.com/opentofu/opentofu/cmd/tofu', join(context.folder, 'tofu'), context),
};
