import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../lifecycle/failures.js';
import { followFile } from './follow-file.js';
import { identifyChild, isAlive } from './process-identity.js';
import { writeProcessRecord, type ProcessRecord } from './process-record.js';

/** How often a process that is no child of this worker is looked at; its end cannot be awaited otherwise. */
const LOOK_EVERY_MS = 250;

export interface ProcessStart {
  program: string;
  args: string[];
  cwd: string;
  /** The whole environment of the child: nothing of the worker's is added. */
  env: { [name: string]: string };
  /** Where output and record of the process are kept. */
  attemptFolder: string;
  /** Names the files of this process in the attempt folder; unique there. */
  name: string;
  kind: ProcessRecord['kind'];
  /**
   * Aborted: the child's group gets one SIGINT and is awaited for as long as it takes, then the signal's reason is thrown. A child that
   * only reads is killed instead: an interrupted `terraform plan` writes what it takes for the state, over that of an apply meanwhile.
   */
  signal: AbortSignal;
  /** Pieces of standard output as they appear. */
  onOutput?: (text: string) => void;
}

export interface ProcessEnd {
  /** Left out when a signal ended it. */
  exitCode?: number;
  killedBy?: string;
  /** Paths of the files with its output. */
  stdout: string;
  stderr: string;
}

/**
 * Runs a program in a group of its own with its output in files: it outlives a worker that dies (a broken pipe would kill Terraform in
 * the middle of an apply), and a Ctrl-C for the worker does not reach it. One with effects is never killed: an interrupted program decides
 * itself when it is safe to end. Throws `SystemRefused` when the program cannot be started and the signal's reason after an abort.
 */
export async function runProcess(start: ProcessStart): Promise<ProcessEnd> {
  start.signal.throwIfAborted();
  const stdout = join(start.attemptFolder, `${start.name}.stdout`);
  const stderr = join(start.attemptFolder, `${start.name}.stderr`);
  const files = await Promise.all([open(stdout, 'w', 0o600), open(stderr, 'w', 0o600)]);
  // Descriptors, not streams: nothing of this process stands between the child and its files (execa can only pipe there).
  const child = spawn(start.program, start.args, {
    cwd: start.cwd,
    env: start.env,
    detached: true,
    stdio: ['ignore', files[0].fd, files[1].fd],
  });
  const ended = endOf(child);
  const identity = child.pid === undefined ? undefined : identifyChild(child.pid);
  if (identity) {
    const { name, kind, attemptFolder } = start;
    writeProcessRecord(attemptFolder, { ...identity, name, kind, startedAt: new Date().toISOString(), stdout, stderr });
  }
  const stopInterrupting = interruptOnAbort({ pid: child.pid, stdout }, start.signal, start.kind === 'read' ? 'SIGKILL' : 'SIGINT');
  const follower = start.onOutput && followFile(stdout, start.onOutput);
  try {
    const end = await ended;
    start.signal.throwIfAborted();
    return { ...end, stdout, stderr };
  } finally {
    stopInterrupting();
    await follower?.stop();
    await Promise.all(files.map((file) => file.close()));
  }
}

/**
 * Waits for a process that an earlier attempt (perhaps of a dead worker) has left running, following its output as if it were our own.
 * Throws the signal's reason after an abort, as `runProcess` does. How it ended is not known: look at the world.
 */
export async function awaitProcess(record: ProcessRecord, signal: AbortSignal, onOutput?: (text: string) => void): Promise<void> {
  const stopInterrupting = interruptOnAbort(record, signal, 'SIGINT', () => isAlive(record));
  const follower = onOutput && followFile(record.stdout, onOutput);
  try {
    while (isAlive(record)) await delay(LOOK_EVERY_MS);
    signal.throwIfAborted();
  } finally {
    stopInterrupting();
    await follower?.stop();
  }
}

/** How a child ended. `SystemRefused` when it could not be started. */
function endOf(child: ChildProcess): Promise<Pick<ProcessEnd, 'exitCode' | 'killedBy'>> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new Failure('SystemRefused', `${child.spawnfile} cannot be started: ${cause.message}`, { cause }));
    });
    child.once('exit', (code, signal) => resolve({ exitCode: code ?? undefined, killedBy: signal ?? undefined }));
  });
}

/**
 * One signal for the whole group, once, by whichever attempt: a second one makes Terraform drop what it is doing and lose its state. That it
 * was sent is noted beside the output before.
 */
function interruptOnAbort(
  { pid, stdout }: { pid: number | undefined; stdout: string },
  signal: AbortSignal,
  by: 'SIGINT' | 'SIGKILL',
  stillThere = (): boolean => true,
): () => void {
  const interrupt = (): void => {
    if (pid === undefined || !stillThere()) return;
    if (by === 'SIGINT' && !isFirst(stdout)) return;
    try {
      process.kill(-pid, by);
    } catch {
      // It has just ended by itself.
    }
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener('abort', interrupt, { once: true });
  return () => signal.removeEventListener('abort', interrupt);
}

/** True for the first who asks. A process whose interrupter died in between is simply awaited. */
function isFirst(stdout: string): boolean {
  try {
    writeFileSync(`${stdout}.interrupted`, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // Where nothing can be written any more nobody has noted anything either.
    return true;
  }
}
