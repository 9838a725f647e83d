import { parse } from '@cdktf/hcl2json';
import type { Finding } from '../../../descriptors/finding.js';

/** A body as the parser gives it: blocks are arrays below their labels, expressions are text in `${}`. */
export type HclBody = { [name: string]: unknown };

export interface HclFile {
  /** Path inside the bundle. */
  path: string;
  text: string;
  body: HclBody;
}

/** Reads one file with HashiCorp's own parser; what it cannot read is a finding with the parser's line. */
export async function parseHcl(path: string, text: string): Promise<HclFile | Finding> {
  try {
    return { path, text, body: ((await parse(path, text)) ?? {}) as HclBody };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const [, line, message] = /:(\d+),[\d,-]+: (.*?)\]?$/s.exec(said) ?? [];
    return {
      rule: 'terraform/syntax',
      severity: 'error',
      pointer: '',
      file: path,
      line: line === undefined ? undefined : Number(line),
      message: message ?? said,
      hint: 'Correct the syntax; `terraform validate` tells more.',
    };
  }
}

/** The bodies of blocks without labels (`terraform`), or of those below one or more labels. */
export function blocks(value: unknown): HclBody[] {
  return (Array.isArray(value) ? value : []).filter(isBody);
}

/** The labels of a block and what is below each. */
export function labelled(value: unknown): [label: string, below: unknown][] {
  return isBody(value) ? Object.entries(value) : [];
}

export const isBody = (value: unknown): value is HclBody => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The first line that matches, comments left out; for showing only, never for deciding. The parser keeps no positions.
 * `inside` is a pattern of a block's first line after which to look.
 */
export function lineOf(text: string, pattern: RegExp, inside?: RegExp): number | undefined {
  const lines = text.split('\n').map((line) => line.replace(/^\s*(#|\/\/).*$/, ''));
  const start = inside ? lines.findIndex((line) => inside.test(line)) : 0;
  const found = lines.findIndex((line, index) => index >= start && pattern.test(line));
  return found < 0 ? undefined : found + 1;
}

/** Matches the first line of a block, e.g. `resource "kafka_topic" "a" {`. */
export function blockStart(...words: string[]): RegExp {
  return new RegExp(`^\\s*${words.map((word) => `"?${word.replace(/[^\w]/g, '\\$&')}"?`).join('\\s+')}\\b`);
}
