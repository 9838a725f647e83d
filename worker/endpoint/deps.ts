import type { KeyObject } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { ReadToken } from '../../identity/index.js';
import type { Place } from '../../lifecycle/environment.js';

/** What the endpoint is built with. */
export interface EndpointDeps {
  readToken: ReadToken;
  /** The worker's own; statements for bearers of tokens are signed with it. */
  signingKey: KeyObject;
  /** Public keys of this worker and those before it. */
  knownKeys: KeyObject[];
  /** Environments, and the registry of versions. */
  places: Place[];
  client: Client;
  /** Takes secrets out of what is logged. */
  redact(text: string): string;
}
