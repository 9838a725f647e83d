import { access, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Failure } from '../../../lifecycle/failures.js';
import type { Outputs } from '../../../lifecycle/executor.js';
import { byLine } from '../../support/follow-file.js';
import { awaitProcess, runProcess } from '../../support/process.js';
import { living, processRecords } from '../../support/process-record.js';
import type { Attempt } from '../../support/scratch.js';
import { isInside } from './configuration.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';

/** Where programs named without a path are looked for: the system's, nothing of the worker's. */
const PATH = '/usr/local/bin:/usr/bin:/bin';
/** A program that is asked to stop may have to finish a write; after this it is hung. */
const GRACE_MS = 5_000;
/** What a person needs of a failing program's output. */
const LAST_LINES = 20;
/** Outputs are read into memory and kept in the catalog: bigger things belong into a store of artefacts. */
const OUTPUT_LIMIT_BYTES = 100 * 1024 * 1024;

/**
 * Says that it has begun, runs its arguments and writes their exit code to the file `$0`: both are known even when the worker has died
 * meanwhile. It is fixed text: what descriptors give arrives as positional arguments, which no shell reads again.
 */
const KEEP_EXIT_CODE =
  ': > "$0.begun" || exit 126; trap : INT TERM; "$@"; code=$?; printf %s "$code" > "$0.new" && mv "$0.new" "$0"; exit "$code"';

export interface Run {
  inputs: CommandInputs;
  program: { program: string; arguments: string[] };
  attempt: Attempt;
  /** Handed to the program as STEWARD_KEY: the same for every attempt at the same effect. */
  key: string;
  /** For messages: product, step, command. */
  what: string;
  signal: AbortSignal;
  progress(text: string): void;
}

const exitFile = ({ folder }: Attempt): string => join(folder, 'exit-code');
const filesFolder = ({ work }: Attempt): string => join(work, 'files');

/**
 * Runs a command in a folder of its own that holds the template's files, with an environment of its own. Throws
 * CommandFailed with its last lines, and the signal's reason after an abort (the program gets one SIGINT and is awaited,
 * at most until its time is up).
 */
export const runCommand = async (deps: CommandDeps, run: Run): Promise<Outputs> => {
  const { inputs, program, attempt, key, what, signal } = run;
  const { definition } = inputs;
  const given = inputs.resolve();
  const home = join(attempt.work, 'home');
  const temporary = join(attempt.work, 'tmp');
  const cwd = filesFolder(attempt);
  for (const folder of [home, temporary, cwd]) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [path, bytes] of inputs.files) {
    if (!isInside(path)) throw new Failure('TemplateRefused', `${what}: the template's file ${path} lies outside of its folder`);
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), bytes);
  }

  const timeout = new AbortController();
  const tooLong = new Failure('CommandFailed', `${what} did not end within ${definition.timeoutSeconds} s and was stopped`);
  const timer = setTimeout(() => timeout.abort(tooLong), definition.timeoutSeconds * 1000);
  const killer = setTimeout(() => void killGroup(attempt), definition.timeoutSeconds * 1000 + GRACE_MS);
  try {
    const end = await runProcess({
      program: '/bin/sh',
      args: ['-c', KEEP_EXIT_CODE, exitFile(attempt), program.program, ...program.arguments, ...given.arguments],
      cwd,
      env: { ...given.variables, PATH, HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', STEWARD_KEY: key },
      attemptFolder: attempt.folder,
      name: 'command',
      kind: 'effect',
      signal: AbortSignal.any([signal, timeout.signal]),
      onOutput: byLine((line) => run.progress(deps.redact(line).slice(0, 200))),
    });
    return await finish(deps, run, end.exitCode ?? -1, end.killedBy);
  } catch (error) {
    if (timeout.signal.aborted && !signal.aborted) throw tooLong;
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(killer);
  }
};

export type Found = { state: 'never started' } | { state: 'ended'; exitCode: number } | { state: 'unknown' };

/** How a former attempt on this machine ended; one that still runs is awaited. */
export const howItEnded = async (attempt: Attempt, signal: AbortSignal): Promise<Found> => {
  const records = await processRecords(attempt.folder);
  for (const record of living(records)) await awaitProcess(record, signal);
  const code = await readFile(exitFile(attempt), 'utf8').catch(() => undefined);
  if (code !== undefined) return { state: 'ended', exitCode: Number(code) };
  const hasBegun = await access(`${exitFile(attempt)}.begun`).then(
    () => true,
    () => false,
  );
  return { state: records.length > 0 || hasBegun ? 'unknown' : 'never started' };
};

/** What a command that has ended leads to: its outputs, or CommandFailed. */
export const finish = async (
  deps: CommandDeps,
  run: Pick<Run, 'inputs' | 'attempt' | 'what'>,
  exitCode: number,
  killedBy?: string,
): Promise<Outputs> => {
  const { inputs, attempt, what } = run;
  if (exitCode !== 0) {
    const reason = killedBy
      ? `was killed by ${killedBy}`
      : exitCode > 128
        ? `was ended by signal ${exitCode - 128}`
        : `ended with exit code ${exitCode}`;
    throw new Failure('CommandFailed', `${what} ${reason}. ${await lastLines(deps, attempt)}`);
  }
  const outputs: Outputs = {};
  const { putBytes } = deps.blobs;
  if (inputs.configuration.outputs.length === 0) return outputs;
  if (putBytes === undefined) throw new Failure('Internal', `${what}: this worker has no place for files that a command makes`);
  const folder = await realpath(filesFolder(attempt));
  for (const path of inputs.configuration.outputs) {
    const place = await realpath(join(folder, path)).catch(() => undefined);
    const found = place === undefined ? undefined : await stat(place);
    if (place === undefined || !found?.isFile()) throw new Failure('CommandFailed', `${what} made no file ${path}`);
    if (!place.startsWith(folder + sep)) throw new Failure('CommandFailed', `${what} made ${path} a link to a place outside of its folder`);
    if (found.size > OUTPUT_LIMIT_BYTES)
      throw new Failure('CommandFailed', `${what} made ${path} larger than ${OUTPUT_LIMIT_BYTES / 1024 / 1024} MiB`);
    outputs[path] = await putBytes(await readFile(place));
  }
  return outputs;
};

const lastLines = async (deps: CommandDeps, { folder }: Attempt): Promise<string> => {
  const texts = await Promise.all(
    ['stderr', 'stdout'].map((stream) => readFile(join(folder, `command.${stream}`), 'utf8').catch(() => '')),
  );
  // Redacted before it is cut: half a secret is not recognised any more.
  const text = deps.redact(texts.find((candidate) => candidate.trim() !== '') ?? '').trimEnd();
  const lines = text
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => line.slice(0, 500));
  return text === '' ? 'It said nothing.' : `Its last lines:\n${lines.join('\n')}`;
};

const killGroup = async ({ folder }: Attempt): Promise<void> => {
  for (const { pid } of living(await processRecords(folder))) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
};
