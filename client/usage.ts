import { Failure } from '../lifecycle/failures.js';

/** What was asked for is not there: a path, a rule. The command was used wrongly, nothing was judged. */
export class UsageFailure extends Failure {
  constructor(message: string, options?: { cause: unknown }) {
    super('InvalidInput', message, options);
  }
}
