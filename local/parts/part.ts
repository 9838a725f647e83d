/** A prerequisite of the machine that a part needs to be fetched or run. */
export type Prerequisite = 'java' | 'javac' | 'go' | 'python3' | 'pip';

export type Log = (line: string) => void;

/** What a part gets while it is being fetched. */
export type FetchContext = {
  /** An empty folder, or the remains of an interrupted fetch of the same pins; becomes the part's folder when `fetch` resolves. */
  readonly folder: string;
  /** Shows one line of progress. */
  readonly log: Log;
  /** Ends the fetch; what is there stays for the next one. */
  readonly signal?: AbortSignal | undefined;
};

/** Something the stack needs and that is not in the repository: pinned, fetched once, kept. */
export type Part = {
  readonly name: PartName;
  readonly version: string;
  /** Roughly what a newcomer waits for, e.g. `56 jars, 46 MB`. */
  readonly size: string;
  readonly needs: readonly Prerequisite[];
  /** The files that pin the content, relative to the project: a change of one of them means a new fetch. */
  readonly pins: readonly string[];
  fetch(context: FetchContext): Promise<void>;
};

export const partNames = ['temporal', 'kafka', 'schema-registry', 'versitygw', 'kafka-provider', 'flink', 'opentofu', 'opa'] as const;
export type PartName = (typeof partNames)[number];
