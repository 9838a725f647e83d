/**
 * The catalogue of failures: the only place where a failure type, whether it is worth a retry, the exit code of the
 * command line and the next action are decided. Documented in docs/operations.md (a test compares both ways).
 */
export interface FailureEntry {
  /** True when the same call may succeed later without anybody doing anything. */
  retry: boolean;
  /** Exit code of the command line; 0 and 1 are taken (success, usage). */
  exit: number;
  /** What a person does next. */
  next: string;
}

export const failures = {
  InvalidInput: { retry: false, exit: 2, next: 'Correct the fields listed and start again.' },
  InvalidDescriptor: { retry: false, exit: 2, next: 'Correct the descriptor where the findings say and register again.' },
  SecretInInput: {
    retry: false,
    exit: 2,
    next: 'Remove the literal secret, put a reference such as ${secret:NAME} there, and rotate the secret.',
  },
  NotCompatible: { retry: false, exit: 2, next: 'Raise the version as the findings ask, or take the breaking change back.' },
  VersionExists: { retry: false, exit: 2, next: 'The version is registered with other content: register the change under a new version.' },
  NotAllowed: {
    retry: false,
    exit: 4,
    next: 'Ask somebody whom the setting that is named allows to start this operation, or have it changed.',
  },
  UnknownProduct: { retry: false, exit: 3, next: 'Register the product first, or correct its name.' },
  UnknownVersion: { retry: false, exit: 3, next: 'Register the version first, or choose one of those listed.' },
  UnknownEnvironment: { retry: false, exit: 3, next: 'Choose one of the environments listed, or configure it on the worker.' },
  NotDeployed: { retry: false, exit: 3, next: 'Deploy a version first.' },
  UseUpgrade: { retry: false, exit: 3, next: 'Another version of this major is deployed: start an upgrade instead.' },
  OperationInProgress: { retry: false, exit: 5, next: 'Wait for the running operation, or cancel it.' },
  NeedsOperator: { retry: false, exit: 9, next: 'Answer what remains of the earlier operation: steward resolve.' },
  Superseded: { retry: false, exit: 5, next: 'Another operation has taken over; look at its result.' },
  ExecutorUnavailable: { retry: false, exit: 6, next: 'Start a worker that serves this executor, then start again.' },
  PlanChanged: { retry: false, exit: 7, next: 'The world changed since the plan was judged: start again to judge the new plan.' },
  PolicyViolated: { retry: false, exit: 8, next: 'Correct what the findings name; no exception can be granted for these.' },
  ExceptionRejected: {
    retry: false,
    exit: 8,
    next: 'Talk to the person who rejected, change the product or the request, and start again.',
  },
  ExceptionExpired: { retry: false, exit: 8, next: 'Nobody granted the exception in time: start again and ask the approvers.' },
  ExceptionWithdrawn: { retry: false, exit: 8, next: 'The request was withdrawn: start again when it is wanted.' },
  DecisionRefused: { retry: false, exit: 4, next: 'The message was not obeyed, for the reason given; nothing has changed.' },
  VerificationFailed: { retry: false, exit: 10, next: 'Look at the evidence of the step, correct the product, and start again.' },
  CompensationIncomplete: {
    retry: false,
    exit: 9,
    next: 'See to what is listed; while the run is open, answer for each step: steward resolve, or the update resolveCompensation.',
  },
  SystemUnavailable: { retry: true, exit: 11, next: 'Wait until the system named answers again; Steward goes on by itself.' },
  SystemRefused: { retry: false, exit: 11, next: 'Read what the system answered and correct its cause.' },
  AccessDenied: { retry: false, exit: 11, next: 'Correct the credentials of the environment for the system named.' },
  TemplateRefused: { retry: false, exit: 2, next: 'Remove what the findings name from the template.' },
  TerraformFailed: { retry: false, exit: 12, next: 'Read the diagnostics, correct the module or its variables, and start again.' },
  TerraformInterrupted: { retry: true, exit: 12, next: 'Nothing: Steward probes and goes on.' },
  StateLocked: { retry: true, exit: 12, next: 'Wait for the holder of the state lock; when it is dead, release the lock.' },
  SchemaIncompatible: {
    retry: false,
    exit: 13,
    next: 'Make the schema compatible with the registered versions, or raise the major version.',
  },
  StatementRefused: { retry: false, exit: 14, next: 'Correct the statement at the position named.' },
  JobFailed: { retry: false, exit: 14, next: 'Read the root cause of the job, correct it, and start again.' },
  CommandFailed: { retry: false, exit: 15, next: 'Read the last lines of the command, correct its cause, and start again.' },
  NotRehearsable: {
    retry: false,
    exit: 2,
    next: 'Put ${env:TOPIC_PREFIX} before the names that the findings list, and remove what an earlier rehearsal has left.',
  },
  Rehearsed: { retry: false, exit: 17, next: 'Nothing: a rehearsal ends its operation so, to have it undone.' },
  RehearsalFailed: {
    retry: false,
    exit: 17,
    next: 'Correct the product so that its undo leaves nothing, or know what has to be done by hand when it must be undone.',
  },
  RecordChanged: { retry: true, exit: 16, next: 'Nothing: the record is read and judged again.' },
  NotFound: { retry: false, exit: 3, next: 'Check the name or digest.' },
  UnsafeTimeout: {
    retry: false,
    exit: 2,
    next: 'Start without a workflow execution or run time-out: it would end the operation without undoing it.',
  },
  Internal: { retry: true, exit: 70, next: 'Report the message and the workflow link; this is a fault of Steward.' },
} as const satisfies Record<string, FailureEntry>;

export type FailureType = keyof typeof failures;

/** True for the name of an entry of the catalogue. */
export const isFailureType = (name: unknown): name is FailureType => typeof name === 'string' && Object.hasOwn(failures, name);

/** A failure of the catalogue on its way to the edge, where it becomes what Temporal or the terminal understands. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly details?: unknown;
  /** Milliseconds to wait before the next try, when the system said so. */
  readonly retryAfterMs?: number;
  /** What a person does next, where that of the catalogue does not fit. */
  readonly next?: string;

  constructor(
    readonly type: FailureType,
    message: string,
    options: { details?: unknown; cause?: unknown; retryAfterMs?: number; next?: string } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
    if (options.next !== undefined) this.next = options.next;
  }

  get retry(): boolean {
    return failures[this.type].retry;
  }
}
