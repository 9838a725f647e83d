import { findProduct, type Catalog } from '../../catalog/index.js';
import { shortDigest } from '../../lifecycle/ids.js';
import type { ExceptionRecord, FlagRecord } from '../../lifecycle/records.js';
import { withCatalog } from '../catalog.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { secondsOf } from '../../lifecycle/time.js';

interface Options {
  all?: boolean;
}

/** `steward exceptions`: who waived what, until when, over which products. */
export const exceptions = command(
  'exceptions [product]',
  'List the exceptions in force: who waived what, until when, over which products',
  (self) =>
    self
      .argument('[product]', 'line, fully qualified name, an older spelling or an id; left out: all products')
      .option('--all', 'those that were refused, withdrawn or have run out, too'),
  async (output, name: string | undefined, { all = false }: Options) =>
    withCatalog(async (catalog) => {
      const now = new Date().toISOString();
      const known = (await recordsOf(catalog, name)).map((record) => ({ ...record, inForce: isInForce(record, now) }));
      const shown = all ? known : known.filter(({ inForce }) => inForce);
      const flags = await flagsOf(catalog, name);
      const none = all ? 'nobody has decided anything yet' : 'no exception is in force';
      const text = [...(shown.length > 0 ? shown.map(told) : [none]), ...flags.map(toldFlag)].join('\n');
      output.result({ exceptions: shown, flags }, text);
    }),
);

/** What stood when its exception ran out, as it was found then: whether the version still runs is for the next judgement to say. */
async function flagsOf({ products, flags }: Catalog, name: string | undefined): Promise<FlagRecord[]> {
  const lines = name === undefined ? (await products.list()).map(({ line }) => line) : [(await findProduct(products, name)).line];
  return (await Promise.all(lines.map((line) => flags.listAll(line)))).flat();
}

const toldFlag = ({ exception, rule, line, environment, expiredAt, version, blocking }: FlagRecord): string =>
  [
    `${shortDigest(exception)}  ${colours.yellow('flagged')}  ${rule}`,
    `    ${line} ${version} in ${environment}; ran out ${secondsOf(expiredAt)}, and what it covered stood still${blocking ? '; no further change without an exception' : ''}`,
  ].join('\n');

async function recordsOf({ products, exceptions: decisions }: Catalog, name: string | undefined): Promise<ExceptionRecord[]> {
  const lines = name === undefined ? (await products.list()).map(({ line }) => line) : [(await findProduct(products, name)).line];
  const found: ExceptionRecord[] = [];
  for (const line of lines) found.push(...(await decisions.listAll(line)));
  return found.sort((a, b) => (a.decidedAt < b.decidedAt ? -1 : 1));
}

const isInForce = ({ decision, expiresAt }: ExceptionRecord, now: string): boolean =>
  decision === 'granted' && (expiresAt === undefined || expiresAt > now);

function told({
  digest,
  rule,
  line,
  environment,
  decision,
  decidedBy,
  decidedAt,
  expiresAt,
  comment,
  ticket,
  votes,
  inForce,
}: ExceptionRecord & { inForce: boolean }): string {
  const ends = expiresAt === undefined ? '' : `, ${inForce ? 'until' : 'ran out'} ${secondsOf(expiresAt)}`;
  const by = (votes ?? []).length > 1 ? votes!.map((vote) => vote.by).join(', ') : decidedBy;
  const state = inForce ? colours.green('in force') : colours.dim(decision);
  return [
    `${shortDigest(digest)}  ${state}  ${rule}`,
    `    ${line} in ${environment}; ${decision} by ${by} ${secondsOf(decidedAt)}${ends}${ticket ? `, ${ticket}` : ''}${comment === undefined ? '' : `: ${comment}`}`,
  ].join('\n');
}
