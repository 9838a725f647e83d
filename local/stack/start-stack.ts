import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fetchParts, fetchTools, type Log, type PartName } from '../parts/index.js';
import { stewardFolder } from '../project-root.js';
import { ensureCredentials } from './credentials.js';
import { removeDescription } from './description.js';
import { giveUpOwnership, takeOwnership } from './ownership.js';
import { choosePorts } from './ports.js';
import { serverNames, type ServerName } from './server.js';
import { servers } from './servers/index.js';
import { Stack } from './stack.js';

export type StartOptions = {
  /** The folder of everything this stack keeps; the default is `.steward/stack` of the checkout. */
  readonly home?: string;
  /** `fixed`: the usual ports, as documented. `free`: any, so that several stacks run side by side. */
  readonly ports?: 'fixed' | 'free';
  /** Only these servers; the default is all of them. */
  readonly only?: readonly ServerName[];
  readonly log?: Log;
  /** Ends a start that is under way; everything started so far is stopped. */
  readonly signal?: AbortSignal;
  /** Called when a server ends that nobody stopped, with the last lines of its log. */
  readonly onServerLost?: (name: ServerName, lastLines: string) => void;
};

export const defaultHome: string = join(stewardFolder, 'stack');

/**
 * Fetches what is missing, starts the servers and resolves when each has answered a real request. The calling process owns them:
 * they end with it, and if it is killed outright the next start in the same home ends them first.
 * @throws StackAlreadyRuns, MissingPrerequisites, DigestMismatch, or an Error with the log of the server that did not start.
 */
export async function startStack(options: StartOptions = {}): Promise<Stack> {
  const { only = serverNames, log = () => {}, ports: portChoice = 'fixed', signal } = options;
  const home = resolve(options.home ?? defaultHome);
  const chosen = serverNames.filter((name) => only.includes(name)).map((name) => servers[name]);
  const parts = await fetchParts([...new Set<PartName>(chosen.map(({ part }) => part))], { log, signal });
  const tools = chosen.length === serverNames.length ? await fetchTools({ log, signal }) : undefined;
  await mkdir(home, { recursive: true });
  const swept = await takeOwnership(home);
  if (swept > 0) log(`ended ${swept} server(s) that an earlier owner had left behind`);
  try {
    await removeDescription(home);
    const ports = await choosePorts(
      home,
      chosen.flatMap((server) => server.ports),
      portChoice,
    );
    const stack = new Stack({
      home,
      parts,
      tools,
      ports,
      credentialFiles: await ensureCredentials(home),
      servers: chosen,
      log,
      onServerLost: options.onServerLost,
    });
    await stack.start(signal);
    return stack;
  } catch (error) {
    await giveUpOwnership(home);
    throw error;
  }
}
