import type { WorkflowHandle } from '@temporalio/client';
import { Failure } from '../../lifecycle/failures.js';
import { attributes } from '../attributes.js';
import { colours } from '../colours.js';
import { command, connected } from '../command.js';
import type { Connected } from '../connect.js';
import { durationOf } from '../duration.js';
import { endingOf } from '../exit.js';
import type { Output } from '../output.js';
import { followRun } from '../run-operation.js';
import type { RunOptions } from '../run-operation.js';
import { withFollowing } from '../run-options.js';
import { listRuns } from '../list-runs.js';
import { isId, lineKnown } from '../product.js';
import { stateOf, summaryOf } from '../runs.js';
import type { RunSummary } from '../runs.js';
import { createShow } from '../show.js';
import { secondsOf } from '../../lifecycle/time.js';
import { UsageFailure } from '../usage.js';
import { statusOf } from '../watch.js';

/** The newest runs are what people ask for. */
const MOST_RUNS = 20;
/** By type, because a run that was refused at once bears no search attributes when the Temporal UI started it. */
const OPERATIONS = [
  'registerDataProduct',
  'deployDataProduct',
  'upgradeDataProduct',
  'retireDataProduct',
  'recoverDataProduct',
  'rehearseDataProduct',
];
const ofTypes = (types: string[]): string => `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;

interface Options extends RunOptions {
  watch?: boolean;
}

/** `steward status`: the newest operations, or one of them. */
export const status = command(
  'status [id]',
  'Show the newest operations, those of a product, or one of them by its workflow id',
  (self) =>
    withFollowing(
      self
        .argument('[id]', 'the product (line, fully qualified name, an older spelling or an id), or a workflow id')
        .option('-w, --watch', 'follow the run, or what is under way of the product, to its end; exits as the operation does'),
    ),
  async (output, id: string | undefined, { watch, ...options }: Options) => {
    if (watch && id === undefined) throw new UsageFailure('say what to watch: a product, or a workflow id');
    const line = id === undefined ? undefined : await lineAsked(id);
    await connected(async (connection) => {
      if (!watch) return id === undefined || line !== undefined ? list(connection, output, line) : one(connection, output, id);
      const running = line === undefined ? id! : await underWay(connection, line);
      return followRun(connection, output, running, options);
    });
  },
);

/** The newest run of a product that is under way. Throws `NotFound` when there is none. */
async function underWay(connection: Connected, line: string): Promise<string> {
  // A request for an exception lives as long as its grant, beside the operation that asked.
  const query = `${ofTypes(OPERATIONS)} AND ExecutionStatus = 'Running' AND ${queryOf(line)}`;
  for await (const { workflowId } of listRuns(connection, { query, pageSize: 1 })) return workflowId;
  throw new Failure('NotFound', `nothing of ${line} is under way`, { next: `See what was: steward status ${line}` });
}

const queryOf = (line: string): string => `${attributes.product.name}='${line.replaceAll("'", '')}'`;

/** A run started from the Temporal UI may have an id of the same form as a product's: what no product has is one of a run. */
const lineAsked = (id: string): Promise<string | undefined> =>
  lineKnown(id).catch((error: unknown) => {
    if (isId(id) && error instanceof Failure && error.type === 'UnknownProduct') return undefined;
    throw error;
  });

async function list(connection: Connected, output: Output, line: string | undefined): Promise<void> {
  const query =
    line === undefined ? ofTypes([...OPERATIONS, 'policyException']) : `${queryOf(line)} AND WorkflowType!='inspectDataProduct'`;
  const runs: RunSummary[] = [];
  for await (const run of listRuns(connection, { query })) {
    runs.push(summaryOf(connection, run));
    if (runs.length >= MOST_RUNS) break;
  }
  const widest = Math.max(...runs.map((run) => stateOf(run).length));
  const lines = runs.map(
    (run) => `${secondsOf(run.started)}  ${stateOf(run).padEnd(widest)}  ${run.workflowId}\n    ${colours.dim(run.link)}`,
  );
  output.result({ runs }, lines.join('\n') || `no operations yet${line ? ` of ${line}` : ''}`);
}

/** The page of one run: link, steps, what is awaited; how it ended. Without a worker, what the server knows. */
async function one(connection: Connected, output: Output, id: string): Promise<void> {
  const handle = connection.client.workflow.getHandle(id);
  const run = summaryOf(connection, await handle.describe());
  const now = await statusOf(handle);
  const failure = run.status === 'RUNNING' || run.status === 'COMPLETED' ? undefined : await failureOf(handle, now?.state);
  const end = run.closed ? ` after ${durationOf(run.started, run.closed)}` : `, for ${durationOf(run.started, Date.now())}`;
  const lines = [run.link, `${run.workflowId}: ${stateOf(run)}${end} (started ${secondsOf(run.started)})`];
  if (now) createShow((line) => lines.push(line))(now);
  else lines.push('no worker answers: steps and requests are not seen');
  if (failure) lines.push(`${failure.type}: ${failure.message}`, ...(failure.next ? [`Next: ${failure.next}`] : []));
  output.result({ run, ...(now && { now }), ...(failure && { failure }) }, lines.join('\n'));
}

const failureOf = (handle: WorkflowHandle, state: string | undefined) =>
  handle.result().then(
    () => undefined,
    (error: unknown) => endingOf(error, state),
  );
