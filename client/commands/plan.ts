import { Option } from 'commander';
import { lineMeant, lineOf } from '../../descriptors/index.js';
import { withCatalog } from '../catalog.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';
import type { Output } from '../output.js';
import { UsageFailure } from '../usage.js';
import { whichOperation } from '../which-operation.js';
import { kinds, operateOn, runOperationOf, withRequest } from './operate.js';
import type { Kind, OperateOptions } from './operate.js';

interface Options extends OperateOptions {
  operation?: Kind;
}

/** `steward plan`: what an operation would do, of a registered version or of a descriptor that is not registered yet. */
export const plan = command(
  'plan <product> [version]',
  'Show what an operation would change; nothing is changed',
  (self) =>
    withRequest(
      self
        .argument('<product>', 'a product and its registered version; or, alone, the path of a descriptor that is not registered yet')
        .argument('[version]', 'e.g. 1.0.0'),
    )
      .addOption(
        new Option('--operation <kind>', 'which operation; default: deploy, and of a descriptor what would bring it there').choices(kinds),
      )
      .addHelpText(
        'after',
        `
Without a version, <product> is a path: its folder is uploaded and planned by the worker as if it were registered, where the
environment allows that (planUnregistered); for pull requests, see docs/ci.md. What policies say of its registration: steward review.`,
      ),
  (output, product: string, version: string | undefined, options: Options) =>
    version === undefined
      ? unregistered(output, product, options)
      : runOperationOf(options.operation ?? 'deploy', output, product, version, { ...options, dryRun: true }),
);

async function unregistered(output: Output, path: string, options: Options): Promise<void> {
  if (options.operation === 'retire')
    throw new UsageFailure('a version that is not registered cannot be retired: name the product and the version that runs');
  if (lineMeant(path) !== undefined)
    throw new UsageFailure(`which version of ${path}? Name it behind the product; a path alone is a descriptor`);
  const { product, packed } = await readValid(path);
  const { fullyQualifiedName, version } = product.info;
  const line = lineOf(fullyQualifiedName) ?? fullyQualifiedName;
  const kind = options.operation ?? (await whichOperation(line, version, options.environment)).kind;
  await withCatalog((catalog) => catalog.blobs.putBytes(packed.bytes));
  await operateOn(kind, output, { product: line, version, name: line, bundle: packed.digest }, { ...options, dryRun: true });
}
