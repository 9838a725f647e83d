import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync, renameSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, type ProcessIdentity } from '../process-identity.js';
import { endProcess } from './end-process.js';
import type { Server } from './server.js';

/** A log that has grown beyond this is moved aside once at the next start. */
const LOG_KEPT_BYTES = 10_000_000;

/** Short enough that a start is not visibly longer for it. */
const PROBE_EVERY_MS = 100;

/** Enough of a log to see the cause, few enough lines to read. */
const TAIL_LINES = 15;

/** What it takes to start a process, to know that it serves, and to end it: a server of the stack, or a worker beside it. */
export type Supervised<C extends { readonly data: string }> = {
  readonly name: string;
  prepare?(context: C): Promise<void>;
  command(context: C): ReturnType<Server['command']>;
  probe(context: C): Promise<void>;
  afterStart?(context: C): Promise<void>;
} & Pick<Server, 'title' | 'readyWithinMs' | 'stopWithinMs'>;

export type ServerProcess = {
  readonly identity: ProcessIdentity;
  /** Settles when the process has ended, however it ended. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  readonly logFile: string;
};

/**
 * Starts a server and resolves once it answers a real request.
 * It gets a process group of its own: Ctrl-C in the terminal reaches only the owner, who then stops the servers in order.
 * @throws Error with the last lines of the server's log when it ends or does not answer in time; the process is gone then.
 */
export async function startServerProcess<C extends { readonly data: string }>(
  server: Supervised<C>,
  context: C,
  home: string,
  signal?: AbortSignal,
): Promise<ServerProcess> {
  await mkdir(context.data, { recursive: true });
  await server.prepare?.(context);
  const command = await server.command(context);
  signal?.throwIfAborted();
  const running = await launch(server, command, home);
  try {
    await untilReady(server, context, running, signal);
    await server.afterStart?.(context);
    return running;
  } catch (error) {
    await endProcess(running.identity, server.stopWithinMs);
    await rm(pidFile(home, server.name), { force: true });
    throw error;
  }
}

/** Ends a server as gently as it lets itself be ended. */
export async function stopServerProcess(
  server: Pick<Server, 'stopWithinMs'> & { name: string },
  running: ServerProcess,
  home: string,
): Promise<void> {
  await endProcess(running.identity, server.stopWithinMs);
  await rm(pidFile(home, server.name), { force: true });
}

/** Where the identity of a server's process is kept, for the start after an owner that died. */
export const pidFile = (home: string, name: string): string => join(home, 'run', `${name}.json`);

/** The last lines of a log file. */
export async function tailOf(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

async function launch(
  server: { name: string; title: string },
  command: Awaited<ReturnType<Server['command']>>,
  home: string,
): Promise<ServerProcess> {
  await mkdir(join(home, 'logs'), { recursive: true });
  const logFile = join(home, 'logs', `${server.name}.log`);
  if (existsSync(logFile) && statSync(logFile).size > LOG_KEPT_BYTES) renameSync(logFile, `${logFile}.old`);
  const log = openSync(logFile, 'a');
  let child: ChildProcess;
  try {
    // The log is the process's own file and not a pipe of the owner: a server whose owner died goes on and can be swept.
    child = spawn(command.file, [...command.args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...command.env },
    });
  } finally {
    closeSync(log);
  }
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const settle = (): void => {
      over = true;
      resolve();
    };
    child.once('exit', settle);
    child.once('error', settle);
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!identity) throw new Error(`${server.title} did not start. ${await tailOf(logFile)}`);
  await mkdir(join(home, 'run'), { recursive: true });
  await writeFile(pidFile(home, server.name), JSON.stringify(identity));
  return { identity, ended, hasEnded: () => over, logFile };
}

async function untilReady<C extends { readonly data: string }>(
  server: Supervised<C>,
  context: C,
  running: ServerProcess,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + server.readyWithinMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (running.hasEnded())
      throw new Error(`${server.title} ended while starting. Last lines of ${running.logFile}:\n${await tailOf(running.logFile)}`);
    try {
      await server.probe(context);
      return;
    } catch (error) {
      lastError = error;
      await delay(PROBE_EVERY_MS);
    }
  }
  const seconds = server.readyWithinMs / 1000;
  throw new Error(
    `${server.title} does not answer after ${seconds} s. Last lines of ${running.logFile}:\n${await tailOf(running.logFile)}`,
    {
      cause: lastError,
    },
  );
}
