/** Ctrl-C (and a polite kill) while something is followed: `first` at the first, `again` at every later one. */
export function onInterrupt(first: () => void, again: () => void): { stop(): void } {
  let count = 0;
  const listener = (): void => (count++ === 0 ? first() : again());
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, listener);
  return {
    stop: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
