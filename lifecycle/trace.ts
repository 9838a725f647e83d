/** The trace that everything done for a run belongs to: a run id is a UUID, which has the 16 bytes of a trace id (W3C Trace Context, 3.2.2.3). */
export const traceIdOf = (runId: string): string => runId.replaceAll('-', '');
