import type { Finding } from '../finding.js';
import type { Json } from '../json.js';
import { readJson } from './json.js';
import { MAX_DOCUMENT_BYTES } from './limits.js';
import type { Places } from './places.js';
import { Refused } from './refused.js';
import { readYaml } from './yaml.js';

export interface ParsedText {
  /** Undefined when the document cannot be read. */
  value?: Json;
  findings: Finding[];
  /** How many values it holds. */
  nodes: number;
}

const JSON_FILE = /\.(json|avsc)$/i;
const YAML_1_1 = /^(#[^\n]*\n|%[^\n]*\n|\s)*%YAML[ \t]+1\.[01]\b/;

/** Reads one document, JSON or YAML 1.2 by its name; of every object and list `places` is told where it stood. Never throws. */
export function parseText(file: string, bytes: Uint8Array, places: Places): ParsedText {
  try {
    const text = textOf(file, bytes);
    const isJson = JSON_FILE.test(file);
    const { value, nodes } = isJson ? readJson(file, text, places) : readYaml(file, text, places);
    const findings = !isJson && YAML_1_1.test(text) ? [older(file)] : [];
    return { value, nodes, findings };
  } catch (error) {
    const refused = error instanceof Refused ? error : new Refused('R1', `${file} cannot be read: it is nested too deeply or damaged`, 1);
    const { rule, message, line, pointer, hint } = refused;
    return { nodes: 0, findings: [{ rule, severity: 'error', pointer, message, file, line, ...(hint !== undefined && { hint }) }] };
  }
}

/** The text of a file, without its byte order mark. */
function textOf(file: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw new Refused('R107', `${file} has ${bytes.length} bytes, at most ${MAX_DOCUMENT_BYTES} are read`, 1);
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || (first === 0) !== (second === 0);
  if (isUtf16 && bytes.length > 1) throw new Refused('R1', `${file} is not UTF-8 text: it looks like UTF-16`, 1, '', 'Save it as UTF-8.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refused('R1', `${file} is not UTF-8 text`, lineOfFault(bytes), '', 'Save it as UTF-8.');
  }
}

/** The line of the first byte that is no part of UTF-8. */
function lineOfFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  // A line is the smallest part that begins and ends between characters.
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    line++;
    from = to;
  }
  return line;
}

const older = (file: string): Finding => ({
  rule: 'R4',
  severity: 'warning',
  pointer: '',
  message: `${file} says that it is YAML 1.1; it is read as YAML 1.2`,
  file,
  line: 1,
});
