import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { LineCounter, parseDocument } from 'yaml';
import type { Finding } from '../../descriptors/finding.js';
import { Failure } from '../../lifecycle/failures.js';
import { packageRoot } from '../../policies/package-root.js';
import { complete, type WrittenConfig } from './complete.js';
import type { WorkerConfig } from './config.js';
import { unsafeEncryption } from './encryption.js';
import { findingsOf, type Source } from './findings.js';
import { undefinedGroups } from './groups.js';
import { mistakenPeople } from './people.js';
import { unsafeTokens } from './tokens.js';
import { unsafeTraces } from './traces.js';

/** Where the configuration is when STEWARD_CONFIG names no other place. */
const DEFAULT_PATH = './steward.yaml';

/** The path of the configuration of this process. */
export const configPath = (): string => process.env['STEWARD_CONFIG'] ?? DEFAULT_PATH;

/**
 * Reads, validates and completes the configuration (YAML or JSON). Throws InvalidInput with all findings at once, in the message and in
 * `details.findings`. Secrets stay references; they are resolved by those who use them.
 */
export function loadConfig(path: string = configPath()): WorkerConfig {
  return parseConfig(readText(path), path);
}

/** The same for text that was read from `file`; relative paths in it are beside the file. */
export function parseConfig(text: string, file: string): WorkerConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const source: Source = { file, document, lines };
  if (document.errors.length > 0)
    throw invalid(
      file,
      document.errors.map((error) => syntaxFinding(error, source)),
    );
  const written = toJson(source);
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, discriminator: true });
  addFormats.default(ajv, ['date-time']);
  const isWellFormed = ajv.compile<WrittenConfig>(schema());
  if (!isWellFormed(written)) throw invalid(file, findingsOf(isWellFormed.errors ?? [], source));
  const findings = [undefinedGroups, mistakenPeople, unsafeTokens, unsafeEncryption, unsafeTraces].flatMap((look) => look(written, source));
  if (findings.length > 0) throw invalid(file, findings);
  return complete(written, file);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new Failure(
      'InvalidInput',
      `The configuration ${path} cannot be read (${reason}). Name another by STEWARD_CONFIG, or start from worker/config/steward.example.yaml.`,
      { cause },
    );
  }
}

const schema = (): object => JSON.parse(readFileSync(join(packageRoot, 'worker', 'config', 'config.schema.json'), 'utf8')) as object;

/** An empty file is an empty configuration: what is missing is then listed. Aliases without end are refused by the parser. */
function toJson(source: Source): unknown {
  try {
    return source.document.toJS() ?? {};
  } catch (error) {
    throw invalid(source.file, [syntaxFinding(error as Error, source)]);
  }
}

function syntaxFinding(error: Error & { linePos?: [{ line: number }, ...unknown[]] | undefined }, { file }: Source): Finding {
  // Only the first line: the others show the text around, and it may hold what nobody should see.
  const message = `is no valid YAML: ${(error.message.split('\n')[0] ?? '').replace(/:$/, '')}`;
  const line = error.linePos?.[0].line;
  return { rule: 'config', severity: 'error', pointer: '', message, file, ...(line === undefined ? {} : { line }) };
}

function invalid(file: string, findings: Finding[]): Failure {
  const told = findings.map(
    ({ message, hint, line }) => `${line === undefined ? '' : `line ${line}: `}${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
  return new Failure('InvalidInput', `The configuration ${file} is wrong: ${told.join('; ')}`, { details: { findings } });
}
