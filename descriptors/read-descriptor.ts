import type { BundleFiles } from './bundle/index.js';
import type { Finding } from './finding.js';
import { isError } from './finding.js';
import { idOf } from './identify/index.js';
import { isObject, textAt, type JsonObject } from './json.js';
import type { Normalisation, Position, Product } from './product.js';
import { readTree } from './read/index.js';
import { placeOf, validateTree } from './validate/index.js';
import { entities } from './validate/walk.js';

export interface Descriptor {
  /** The canonical tree; there exactly when no finding is an error. */
  product?: Product;
  /** Everything reading and the rules have to say, errors first in order of file and line. */
  findings: Finding[];
  /** The tolerated forms that were brought to the canonical one. */
  normalisations: Normalisation[];
  /** Where each node of the canonical tree was written, by its JSON Pointer. */
  positions: ReadonlyMap<string, Position>;
}

/** Reads and judges the descriptor of a bundle. Never throws for what the files hold; no message repeats a value that may be a secret. */
export function readDescriptor(files: BundleFiles): Descriptor {
  const { tree, positions, normalisations, findings: reading } = readTree(files);
  const findings = [...reading, ...(tree ? validateTree(tree, positions) : []), ...normalisations.flatMap((made) => told(made, positions))];
  if (!tree || findings.some(isError)) return { findings: sorted(findings), normalisations, positions };
  identify(tree);
  // The rules above hold: the tree has the shape of a product.
  return { product: tree as unknown as Product, findings: sorted(findings), normalisations, positions };
}

/** Judges the descriptor of a bundle. */
export const validateDescriptor = (files: BundleFiles): Finding[] => readDescriptor(files).findings;

/** Ids are computed, whatever was written. */
function identify(tree: JsonObject): void {
  const info = tree['info'];
  if (isObject(info)) info['id'] = idOf(textAt(info, 'fullyQualifiedName') ?? '');
  for (const { value } of entities(tree)) value['id'] = idOf(textAt(value, 'fullyQualifiedName') ?? '');
}

/** Older forms are read, and told. The components' own blocks (T13) are as good as stages. */
function told({ rule, pointer, message }: Normalisation, positions: ReadonlyMap<string, Position>): Finding[] {
  return rule === 'T13' ? [] : [{ rule, severity: 'warning', message, ...placeOf(pointer, positions) }];
}

const weight = { error: 0, warning: 1, info: 2 } as const;

/** More than anybody reads at once; keeps what hostile input can make small enough to be sent and stored. */
const MOST_FINDINGS = 500;

/** Each once (a part may be referred to from several places), errors first. */
function sorted(findings: Finding[]): Finding[] {
  const once = new Map(findings.map((finding) => [[finding.rule, finding.file, finding.pointer, finding.message].join('\n'), finding]));
  const all = inOrder([...once.values()]);
  if (all.length <= MOST_FINDINGS) return all;
  const more: Finding = { rule: 'R107', severity: 'info', pointer: '', message: `and ${all.length - MOST_FINDINGS} findings more` };
  return [...all.slice(0, MOST_FINDINGS), more];
}

const inOrder = (findings: Finding[]): Finding[] =>
  findings.sort(
    (one, two) =>
      weight[one.severity] - weight[two.severity] ||
      compare(one.file ?? '', two.file ?? '') ||
      (one.line ?? 0) - (two.line ?? 0) ||
      compare(one.rule, two.rule) ||
      compare(one.pointer, two.pointer),
  );

const compare = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);
