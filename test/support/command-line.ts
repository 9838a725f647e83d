import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { stackAddresses, stackCredentials } from './stack.js';
import type { StewardWorld } from './steward-world.js';

const program = fileURLToPath(new URL('../../dist/client/main.js', import.meta.url));

export interface CommandOptions {
  cwd?: string;
  /** Over the settings of the world; an empty text counts as not set. */
  env?: Record<string, string>;
}

/** Long enough for the slowest operation of a test; a command that hangs must not outlive its test. */
const LONGEST_MS = 100_000;

type Reached = Pick<StewardWorld, 'id' | 'namespace'> & Partial<Pick<StewardWorld, 'temporal'>>;

/** The variables by which the command line reaches a world. */
export function commandSettings(world?: Reached): Record<string, string> {
  const { temporal, temporalUi, s3 } = stackAddresses();
  const { accessKeyId, secretAccessKey } = stackCredentials();
  return {
    NODE_OPTIONS: '',
    FORCE_COLOR: '',
    TEMPORAL_ADDRESS: world?.temporal ?? temporal,
    TEMPORAL_UI_URL: temporalUi,
    ...(world && { TEMPORAL_NAMESPACE: world.namespace, STEWARD_CATALOG_BUCKET: `steward-${world.id}` }),
    STEWARD_CATALOG_ENDPOINT: s3.endpoint,
    STEWARD_CATALOG_REGION: s3.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

/** The command line in a process of its own, as a person or a pipeline runs it against a world; piped, so without colours. */
export function commandLine(world?: Reached) {
  const settings = commandSettings(world);
  return (args: string[], { cwd, env = {} }: CommandOptions = {}) =>
    execa(process.execPath, [program, ...args], { cwd, env: { ...settings, ...env }, reject: false, timeout: LONGEST_MS });
}

/** The one JSON object that a command printed; throws when it is anything else. */
export const jsonOf = <T = Record<string, unknown>>({ stdout }: { stdout: string }): T => JSON.parse(stdout) as T;

export type RunningCommand = ReturnType<ReturnType<typeof commandLine>>;

/** What a running command has printed so far, both streams. */
export function outputOf(running: RunningCommand): () => string {
  let seen = '';
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  return () => seen;
}
