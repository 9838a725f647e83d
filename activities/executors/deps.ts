import type { Digest } from '../../lifecycle/digest.js';
import type { Environment, SecretRef } from '../../lifecycle/environment.js';

/** The unpacked files of a version. Paths are relative, with `/`. */
export interface BundleFiles {
  /** The folder that holds them, read only. */
  root: string;
  list(): string[];
  /** Throws `NotFound` for a path that the bundle does not hold. */
  read(path: string): Uint8Array;
  /** All files under a folder, by their path inside it; empty when there is none. */
  folder(path: string): Map<string, Uint8Array>;
}

/** What every executor is built with: the world behind small functions, so that none reads configuration by itself. */
export interface ExecutorDeps {
  /** Throws `UnknownEnvironment`. */
  environment(name: string): Environment;
  /** The value behind a reference; known to the redactor from then on. */
  secret(ref: SecretRef): string;
  bundle(digest: Digest): Promise<BundleFiles>;
  blobs: {
    putJson(value: unknown): Promise<Digest>;
    getJson(digest: Digest): Promise<unknown>;
    /** Left out where no step makes files. */
    putBytes?(bytes: Uint8Array): Promise<Digest>;
  };
  /** Takes every known secret out of a text, by value. */
  redact(text: string): string;
}

/**
 * Small JSON records that outlive a worker, by key; the first value written stands and is returned. What an attempt
 * does is noted here before the effect, so that the next attempt (perhaps on another machine) knows its own doing.
 */
export interface Results {
  /** Undefined = nothing yet. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  put<T>(key: string, value: T): Promise<T>;
}

/** What an executor is built with that keeps a ledger of its effects. */
export interface LedgerDeps extends ExecutorDeps {
  results: Results;
}
