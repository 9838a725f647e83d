import { parentPort } from 'node:worker_threads';
import { evaluatePolicy } from './evaluate.js';
import type { FromThread, ToThread } from './limits.js';

/**
 * The thread in which expressions run: the process that asks can end it. Says which policy it begins with before each, so that the one
 * that never ends is known. Started by limits.ts only.
 */
const port = parentPort!;
const tell = (message: FromThread): void => port.postMessage(message);

port.on('message', ({ policies, point, facts }: ToThread) => {
  for (const [index, policy] of policies.entries()) {
    tell({ begins: index });
    tell({ answer: evaluatePolicy(policy, point, facts) });
  }
  tell({ done: true });
});
