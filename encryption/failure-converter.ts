import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts the message and the stack of a failure where a codec gets at them: Temporal keeps them readable otherwise. Loaded by the SDK by its
 * path, in the worker and in the sandbox of the workflows.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
