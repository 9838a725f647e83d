import { appendFile, writeFile } from 'node:fs/promises';
import { UsageFailure } from '../usage.js';

/** Writes a report for programs. Throws `UsageFailure` where that cannot be done. */
export const writeReport = (file: string, report: object): Promise<void> =>
  orRefuse(file, writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`));

/** Writes a report of lines. Throws as `writeReport`. */
export const writeText = (file: string, text: string): Promise<void> => orRefuse(file, writeFile(file, text));

/** Adds a report for people to a file: GitHub's `GITHUB_STEP_SUMMARY` holds those of all commands of a step. */
export const appendSummary = (file: string, markdown: string): Promise<void> =>
  orRefuse(file, appendFile(file, markdown === '' ? '' : `${markdown}\n`));

const orRefuse = (file: string, written: Promise<void>): Promise<void> =>
  written.catch((cause: NodeJS.ErrnoException) => {
    throw new UsageFailure(`${file} cannot be written (${cause.code})`, { cause });
  });
