import { messageNames } from '../../lifecycle/messages.js';
import type { OperationStatus } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import { createShow } from '../show.js';
import { linkTo } from '../start.js';

/** The newest runs are what people ask for. */
const MOST_RUNS = 20;

/** `steward status`: the newest operations, or one of them. */
export const status = command(
  'status [id]',
  'Show the newest operations, or one of them by its workflow id or product',
  (self) => self.argument('[id]', 'workflow id, or the product'),
  (output, id: string | undefined) =>
    connected(async (connection) => {
      const { client } = connection;
      if (id !== undefined && /^(register|deploy|upgrade|retire|exception):/.test(id)) {
        const handle = client.workflow.getHandle(id);
        const now = await handle.query<OperationStatus>(messageNames.status);
        const lines: string[] = [linkTo(connection, handle)];
        createShow((line) => lines.push(line))(now);
        output.result(now, lines.join('\n'));
        return;
      }
      const query = id === undefined ? `Operation IS NOT NULL` : `DataProduct='${id.replaceAll("'", '')}'`;
      const runs: { workflowId: string; status: string; started: string; link: string }[] = [];
      for await (const run of client.workflow.list({ query })) {
        runs.push({
          workflowId: run.workflowId,
          status: run.status.name,
          started: run.startTime.toISOString(),
          link: linkTo(connection, run),
        });
        if (runs.length >= MOST_RUNS) break;
      }
      output.result(
        { runs },
        runs.map((run) => `${run.started}  ${run.status.padEnd(10)} ${run.workflowId}\n    ${run.link}`).join('\n') || 'no operations yet',
      );
    }),
);
