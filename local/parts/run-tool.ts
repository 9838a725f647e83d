import { execa, ExecaError } from 'execa';
import type { FetchContext } from './part.js';

/** A line at least this often, so that nobody takes a long build for a hang. */
const HEARTBEAT_MS = 10_000;

/**
 * Runs a build tool to its end, telling every ten seconds that it still works.
 * @throws Error with the last lines of its output when it fails.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  cwd: string,
  { log, signal }: FetchContext,
  env: Record<string, string> = {},
): Promise<void> {
  const started = Date.now();
  const heartbeat = setInterval(() => log(`still at it after ${Math.round((Date.now() - started) / 1000)} s`), HEARTBEAT_MS);
  try {
    await execa(command, args, { cwd, env, stdin: 'ignore', all: true, ...(signal ? { cancelSignal: signal } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    const output =
      error instanceof ExecaError
        ? String(error.all ?? '')
            .split('\n')
            .slice(-15)
            .join('\n')
        : '';
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed:\n${output}`, { cause: error });
  } finally {
    clearInterval(heartbeat);
  }
}
