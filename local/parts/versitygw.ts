import { join } from 'node:path';
import { buildGo, goPins } from './go.js';
import type { Part } from './part.js';

/** An S3 server over a folder: the object store of the catalog and of the Terraform state. */
export const versitygw: Part = {
  name: 'versitygw',
  version: '1.7.0',
  size: 'a Go build, about a minute',
  needs: ['go'],
  pins: goPins('versitygw'),
  fetch: (context) => buildGo('versitygw', 'github.com/versity/versitygw/cmd/versitygw', join(context.folder, 'versitygw'), context),
};
