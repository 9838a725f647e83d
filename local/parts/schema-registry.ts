import { join } from 'node:path';
import { buildGo, goPins } from './go.js';
import type { Part } from './part.js';

/** A schema registry that answers like Confluent's, in 24 MB of memory. */
export const schemaRegistry: Part = {
  name: 'schema-registry',
  version: '0.2.1',
  size: 'a Go build, about a minute',
  needs: ['go'],
  pins: goPins('schema-registry'),
  fetch: (context) =>
    buildGo(
      'schema-registry',
      'github.com/axonops/axonops-schema-registry/cmd/schema-registry',
      join(context.folder, 'schema-registry'),
      context,
    ),
};
