import { failures } from '../lifecycle/failures.js';
import type { Connected } from './connect.js';
import type { Output } from './output.js';
import { createShow } from './show.js';
import { linkTo, startOperation } from './start.js';
import type { Start } from './start.js';
import { watch } from './watch.js';

export interface RunOptions {
  wait?: boolean;
  cancelOnInterrupt?: boolean;
}

/** Starts an operation, prints its link, follows it to its end. An interrupt detaches (or cancels, when asked to) and says how to come back. */
export async function runOperation<R extends object>(
  connected: Connected,
  output: Output,
  start: Omit<Start, 'wait'>,
  options: RunOptions,
  describe: (result: R) => string,
): Promise<void> {
  const handle = await startOperation(connected, { ...start, wait: options.wait });
  output.tell(linkTo(connected, handle));
  const interrupted = onInterrupt(
    () => {
      if (options.cancelOnInterrupt) {
        output.tell('cancelling: the operation takes back what it did; interrupt again to detach');
        void handle.cancel();
      } else detach(output, start.workflowId);
    },
    () => detach(output, start.workflowId),
  );
  try {
    const watched = await watch<R>(handle, createShow(output.tell));
    if (watched.ended === 'result') output.result(watched.result, describe(watched.result));
    else {
      output.fail({
        type: 'CompensationIncomplete',
        message: `not everything could be undone; the run stays open for an operator. Next: ${failures.CompensationIncomplete.next}`,
        exit: failures.CompensationIncomplete.exit,
      });
    }
  } finally {
    interrupted.stop();
  }
}

/** As shells do for an interrupt. */
const EXIT_INTERRUPTED = 130;

function detach(output: Output, workflowId: string): never {
  output.tell(`detached: the operation goes on. Come back with: steward status ${workflowId}`);
  process.exit(EXIT_INTERRUPTED);
}

function onInterrupt(first: () => void, second: () => void): { stop(): void } {
  let count = 0;
  const listener = (): void => (count++ === 0 ? first() : second());
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    stop: () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
