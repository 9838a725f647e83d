import pMap from 'p-map';
import { findProduct, type Catalog } from '../../catalog/index.js';
import type { Finding } from '../../lifecycle/finding.js';
import { shortDigest } from '../../lifecycle/ids.js';
import type { VersionPin } from '../../lifecycle/plan.js';
import { differenceInWords, type Difference, type Unproven } from '../../lifecycle/rehearsal.js';
import type { Vote } from '../../lifecycle/approvals.js';
import type { ExceptionRecord, FlagRecord } from '../../lifecycle/records.js';
import { withCatalog } from '../catalog.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { secondsOf } from '../../lifecycle/time.js';

/** Reads at a time. */
const CONCURRENCY = 8;

/** What an operation left behind, as far as its story needs it. */
interface Evidence {
  operation: string;
  environment?: string;
  version?: string;
  from?: VersionPin;
  to?: VersionPin;
  requestedBy: string;
  ended: string;
  workflowId: string;
  policies?: string;
  findings?: (Finding & { exceptedBy?: string })[];
  cause?: { type: string; message: string };
  left?: { address: string; action: string }[];
  /** Of a rehearsal. */
  differences?: Difference[];
  unproven?: Unproven[];
}

type Event = { at: string } & (
  | { kind: 'operation'; key: string; evidence: Evidence }
  | { kind: 'decision'; decision: ExceptionRecord }
  | { kind: 'flag'; flag: FlagRecord }
);

/** `steward audit`: who did what to a product, when, by whose leave, and how it ended; told from the catalog alone. */
export const audit = command(
  'audit <product>',
  'Tell the story of a product from the evidence in the catalog: operations, findings, decisions',
  (self) => self.argument('<product>', 'line, fully qualified name, an older spelling or an id'),
  async (output, name: string) =>
    withCatalog(async (catalog) => {
      const { line } = await findProduct(catalog.products, name);
      const found = await Promise.all([operationsOf(catalog, line), decisionsOf(catalog, line), flagsOf(catalog, line)]);
      const events = found.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
      output.result({ product: line, events }, events.map(told).join('\n') || `nothing has happened to ${line} yet`);
    }),
);

async function operationsOf({ evidence }: Catalog, line: string): Promise<Event[]> {
  return pMap(
    await evidence.list(line),
    async (key): Promise<Event> => {
      // The time is in the name, so that it is there for every kind of evidence.
      const at = key.slice(key.lastIndexOf('/') + 1).replace(/Z-.*$/, 'Z');
      return { at, kind: 'operation', key, evidence: await evidence.read<Evidence>(key) };
    },
    { concurrency: CONCURRENCY },
  );
}

const decisionsOf = async ({ exceptions }: Catalog, line: string): Promise<Event[]> =>
  (await exceptions.listAll(line)).map((decision) => ({ at: decision.decidedAt, kind: 'decision', decision }));

const flagsOf = async ({ flags }: Catalog, line: string): Promise<Event[]> =>
  (await flags.listAll(line)).map((flag) => ({ at: flag.flaggedAt, kind: 'flag', flag }));

function told(event: Event): string {
  const time = colours.dim(secondsOf(event.at));
  if (event.kind === 'flag') return `${time}  ${toldFlag(event.flag)}`;
  return event.kind === 'decision' ? `${time}  ${toldDecision(event.decision)}` : `${time}  ${toldOperation(event.evidence)}`;
}

function toldOperation({
  operation,
  environment,
  version,
  from,
  to,
  requestedBy,
  ended,
  findings = [],
  cause,
  left = [],
  differences = [],
  unproven = [],
}: Evidence): string {
  const what = version ?? [from?.version, to?.version ?? 'nothing'].filter((each) => each !== undefined).join(' → ');
  const where = environment === undefined ? '' : ` in ${environment}`;
  const excepted = findings.filter(({ exceptedBy }) => exceptedBy !== undefined).map(({ rule }) => rule);
  const why = cause === undefined ? '' : `: ${cause.type}: ${cause.message}`;
  return [
    `${colours.bold(operation)} ${what}${where} by ${requestedBy}: ${ended === 'done' || ended === 'clean' ? colours.green(ended) : colours.yellow(ended)}${why}`,
    ...(findings.length > 0 ? [`    ${findings.length} finding(s)${excepted.length > 0 ? `, excepted: ${excepted.join(', ')}` : ''}`] : []),
    ...left.map(({ address, action }) => `    left: ${address}: ${action}`),
    ...differences.map((each) => `    ${differenceInWords(each)}`),
    ...unproven.map(({ reason }) => `    not rehearsed: ${reason}`),
  ].join('\n');
}

function toldDecision({
  digest,
  rule,
  environment,
  decision,
  decidedBy,
  verifiedBy,
  comment,
  requestedBy,
  expiresAt,
  ticket,
  votes,
}: ExceptionRecord): string {
  const until = expiresAt === undefined ? '' : ` until ${secondsOf(expiresAt)}`;
  const several = (votes ?? []).length > 1 ? (votes ?? []).map((vote) => `    ${toldVote(vote)}`) : [];
  const asked = `exception ${shortDigest(digest)} to ${rule} in ${environment}, asked by ${requestedBy}${ticket ? ` (${ticket})` : ''}`;
  const how = `${decision} by ${decidedBy} (${verifiedBy})${until}${comment === undefined ? '' : `: ${comment}`}`;
  return [`${asked}: ${how}`, ...several].join('\n');
}

const toldVote = ({ stage, decision, by, seat, verifiedBy, at, comment }: Vote): string =>
  `stage ${stage + 1}: ${decision} by ${by}${seat === by ? '' : ` for ${seat}`} (${verifiedBy}) ${secondsOf(at)}${comment ? `: ${comment}` : ''}`;

const toldFlag = ({ rule, environment, message, grantedBy }: FlagRecord): string =>
  colours.yellow(
    `the exception to ${rule} in ${environment} that ${grantedBy} granted has run out, and what it covered still stands: ${message}`,
  );
