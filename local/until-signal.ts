/** The ways a person or a system asks a program to end: Ctrl-C, kill, a closed terminal. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type EndRequest = {
  /** Aborted at the first request. */
  readonly signal: AbortSignal;
  /** Resolves with the first request. */
  readonly received: Promise<NodeJS.Signals>;
};

/** Turns the first request to end into something to wait for; from then on it is the caller's task to stop what it started and exit. */
export function untilSignal(): EndRequest {
  const controller = new AbortController();
  const received = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ENDING_SIGNALS) {
      process.on(name, () => {
        controller.abort(new Error(`ended by ${name}`));
        resolve(name);
      });
    }
  });
  return { signal: controller.signal, received };
}
