import { workerProcess } from '../../lifecycle/worker-process.js';
import { command } from '../command.js';
import { runProgram } from './program.js';

/** `steward worker`. */
export const worker = command(
  'worker',
  'Run a worker (configuration: STEWARD_CONFIG, default ./steward.yaml)',
  (self) => self,
  () => runProgram('worker/main.js', workerProcess),
);
