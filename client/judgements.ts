import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { checkJudgements } from '../descriptors/index.js';
import type { Judgements } from '../descriptors/index.js';
import { Failure } from '../lifecycle/failures.js';

/** For `--judgements` of a command. */
export const judgementsOption = [
  '--judgements <file>',
  'other weights for rules of judgement, as YAML or JSON: {"C35": {"class": "breaking", "bump": "major"}}',
] as const;

/** Judgements that configure what cannot be configured are a fault of the input: throws `InvalidInput`. */
export async function judgementsIn(path: string): Promise<Judgements> {
  try {
    const read: unknown = parse(await readFile(path, 'utf8'));
    if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new TypeError('it holds no object');
    checkJudgements(read as Judgements);
    return read as Judgements;
  } catch (cause) {
    throw new Failure('InvalidInput', `${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
