import { Failure } from '../lifecycle/failures.js';

/** `--timeout` came while another operation was waited for: nothing was started. */
export class TimedOut extends Failure {
  constructor(message: string) {
    super('OperationInProgress', message);
  }
}
