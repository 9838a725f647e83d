import type { Info } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { OK, outcomeOf } from './outcome.js';

/** An attempt of an activity for a run. */
export interface Attempt {
  info: Info & Required<Pick<Info, 'workflowExecution'>>;
  /** What it was given. */
  input: unknown;
  /** Its `<executor>`, or `engine`. */
  executor: string;
  /** Which step of the plan it works for, and of which product where; as far as its input says. */
  step?: string;
  line?: string;
  environment?: string;
}

/** Hears of every attempt when it begins; what it returns hears the outcome. Has to be quick. */
export type Watcher = (attempt: Attempt) => (outcome: string) => void;

/** Of the inputs of activities (lifecycle/executor.ts, lifecycle/engine.ts). */
interface Scoped {
  scope?: { step?: string; line?: string; environment?: string };
  line?: unknown;
  environment?: unknown;
}

/** A log that cannot be written is no reason for an effect to have failed. */
function guarded<T>(watch: () => T): T | undefined {
  try {
    return watch();
  } catch {
    return undefined;
  }
}

/** Lets watchers hear of what the worker's activities do. */
export const watched =
  (watchers: Watcher[]): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const { workflowExecution, activityType } = info;
        if (!workflowExecution) return next(input);
        const [given] = input.args;
        const { scope, line, environment } = (given ?? {}) as Scoped;
        const attempt: Attempt = {
          info: { ...info, workflowExecution },
          input: given,
          executor: activityType.includes('.') ? activityType.split('.')[0]! : 'engine',
          ...(scope && { step: scope.step, line: scope.line, environment: scope.environment }),
          ...(typeof line === 'string' && { line }),
          ...(typeof environment === 'string' && { environment }),
        };
        const ended = watchers.map((watch) => guarded(() => watch(attempt)));
        const tell = (outcome: string): void => ended.forEach((end) => guarded(() => end?.(outcome)));
        const doing = next(input);
        void doing.then(
          () => tell(OK),
          (error: unknown) => tell(outcomeOf(error)),
        );
        return doing;
      },
    },
  });
