import { operationWorkflowId } from '../../lifecycle/ids.js';
import { approveAsSomebodyElse } from './approve.js';
import type { Narrator } from './narrator.js';
import { change, ENVIRONMENT, follow } from './operate.js';
import type { Session } from './session.js';

const kinds = ['deploy', 'upgrade', 'retire'] as const;

/**
 * Brings what an earlier quickstart was ended in the middle of to its end: a durable operation goes on as soon as a worker is there,
 * and what it brought to life is retired, so that this run begins with nothing.
 */
export async function finishWhatWasInterrupted(session: Session, narrator: Narrator, line: string): Promise<void> {
  const { client } = session.connected;
  const approve = approveAsSomebodyElse.bind(undefined, narrator);
  for (const kind of kinds) {
    const handle = client.workflow.getHandle(operationWorkflowId(kind, ENVIRONMENT, line));
    const isOpen = await handle.describe().then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );
    if (!isOpen) continue;
    narrator.step(`Finish the ${kind} that an earlier run was ended in the middle of`, 'It was not lost: it waited for a worker.');
    await follow(session, narrator, handle, approve).catch((error: unknown) => {
      // However it ended, the world is as before or as wanted; the next step looks at which.
      narrator.tell(`ended: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  const record = (await session.catalog.environments.read(line, ENVIRONMENT))?.record;
  for (const { version, state } of Object.values(record?.instances ?? {})) {
    if (state === 'retired') continue;
    narrator.step(`Retire ${version}, which an earlier run left in ${ENVIRONMENT}`);
    await change(session, narrator, 'retire', { line, version }, approve);
  }
}
