/** Exit codes that are no failure's: those are in the catalogue (lifecycle/failures.ts). */

/** The command was used wrongly: as for a wrong option. */
export const EXIT_USAGE = 1;
/** Somebody has to agree first: what is asked for is not refused. */
export const EXIT_NEEDS_APPROVAL = 3;
/** What runs works, and is not as it was deployed: nobody's failure, and no missing product. */
export const EXIT_DRIFTED = 18;
/** A run was ended from outside without undoing: the next operation, or `steward recover`, does that. */
export const EXIT_TERMINATED = 5;
/** `--timeout` came before the end, as of timeout(1): the operation goes on, was cancelled when that was asked for, or was not started. */
export const EXIT_TIMED_OUT = 124;
/** As shells do for an interrupt: detached by one, or ended by being cancelled. */
export const EXIT_INTERRUPTED = 130;
