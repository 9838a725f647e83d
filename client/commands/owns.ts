import { findProduct } from '../../catalog/index.js';
import type { OwnedThing } from '../../lifecycle/ownership.js';
import type { InstanceRecord } from '../../lifecycle/records.js';
import { withCatalog } from '../catalog.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { secondsOf } from '../../lifecycle/time.js';

/** What one instance owns, as programs get it. */
interface Owner extends Pick<InstanceRecord, 'version' | 'state' | 'owns' | 'ownsFrom'> {
  environment: string;
  major: string;
}

/** `steward owns`: what a product has made or adopted in each environment, told from the catalog alone. */
export const owns = command(
  'owns <product>',
  'List what a product owns in each environment: what it made, what it adopted, what was left of it by decision',
  (self) => self.argument('<product>', 'line, fully qualified name, an older spelling or an id'),
  async (output, name: string) =>
    withCatalog(async (catalog) => {
      const { line } = await findProduct(catalog.products, name);
      const owners = (await catalog.environments.list(line)).flatMap(({ environment, instances }) =>
        Object.entries(instances).map(([major, { version, state, owns: ledger, ownsFrom }]): Owner => ({
          environment,
          major,
          version,
          state,
          owns: ledger,
          ownsFrom,
        })),
      );
      output.result({ product: line, owners }, owners.map(told).join('\n') || `${line} runs nowhere and owns nothing`);
    }),
);

function told({ environment, major, version, state, owns: ledger, ownsFrom }: Owner): string {
  const things = Object.entries(ledger ?? {}).flatMap(([task, all]) => [`  ${task}`, ...all.map((thing) => `    ${toldThing(thing)}`)]);
  return [
    `${colours.bold(environment)}, major ${major}: ${version} ${state}`,
    ...(things.length > 0
      ? things
      : [`  ${ledger ? 'owns nothing' : 'deployed before there was a ledger: the next operation begins one'}`]),
    ...(ownsFrom === undefined ? [] : [colours.dim(`  the ledger begins at ${secondsOf(ownsFrom)}; what was made before is not in it`)]),
  ].join('\n');
}

function toldThing({ address, made, since, operation, by, left }: OwnedThing): string {
  const how = made === 'adopted' ? colours.yellow('adopted') : 'created';
  return `${address}: ${how} ${secondsOf(since)} by ${operation} (${by})${left === undefined ? '' : `, still there: ${left}`}`;
}
