import type { BundleFiles } from './bundle/index.js';
import type { Finding } from './finding.js';
import { isError } from './finding.js';
import { foreignDocuments, type ForeignDocument } from './foreign/documents.js';
import { idOf } from './identify/index.js';
import { inOrder } from './in-order.js';
import { isObject, textAt, type JsonObject } from './json.js';
import type { Normalisation, Position, Product } from './product.js';
import { ROOT_NAMES } from './bundle/limits.js';
import { partsOf, readTree } from './read/index.js';
import { placeOf, readingRules, rules, secretsInTemplates, validateTree, weightOf, type Profile } from './validate/index.js';
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
  /** What its ports bear in other languages, as far as it could be read: errors elsewhere do not matter. Not judged yet. */
  documents: readonly ForeignDocument[];
  /** The normalised descriptor with its parts kept as references: texts by path. There with the product. */
  parts?(): Map<string, string>;
}

export interface ReadOptions {
  /** `tolerant` unless said otherwise. */
  profile?: Profile;
  /**
   * What lies on another host and is needed to deploy only (definitions by `$href`, templates): refused unless said otherwise, because
   * nothing is fetched. `told` is for looking at a descriptor that is not to be registered as it stands.
   */
  elsewhere?: 'refused' | 'told';
  /** Namespace for products that do not write their fully qualified name, e.g. `com.company` (R29). */
  namespace?: string;
}

/** Reads and judges the descriptor of a bundle. Never throws for what the files hold; no message repeats a value that may be a secret. */
export function readDescriptor(
  files: BundleFiles,
  { profile = 'tolerant', namespace, elsewhere = 'refused' }: ReadOptions = {},
): Descriptor {
  const { tree, positions, normalisations, findings: reading, sources, unread } = readTree(files, namespace, elsewhere);
  const findings = [
    ...reading.map((finding) => ({ ...finding, severity: weigh(finding, profile) })),
    ...(tree ? rootName(files) : []),
    ...(tree ? [...validateTree(tree, positions, profile, !reading.some(isError)), ...secretsInTemplates(tree, files)] : []),
    ...normalisations.flatMap((made) => told(made, positions, profile)),
  ];
  const documents = tree ? foreignDocuments(tree, unread) : [];
  if (!tree || findings.some(isError)) return { findings: inOrder(findings), normalisations, positions, documents };
  identify(tree);
  // The rules above hold: the tree has the shape of a product.
  return {
    product: tree as unknown as Product,
    findings: inOrder(findings),
    normalisations,
    positions,
    documents,
    ...(sources && { parts: () => partsOf(files.root, tree, sources) }),
  };
}

/** Judges the descriptor of a bundle. */
export const validateDescriptor = (files: BundleFiles, options: ReadOptions = {}): Finding[] => readDescriptor(files, options).findings;

/** Ids are computed, whatever was written. */
function identify(tree: JsonObject): void {
  const info = tree['info'];
  if (isObject(info)) info['id'] = idOf(textAt(info, 'fullyQualifiedName') ?? '');
  for (const { value } of entities(tree)) value['id'] = idOf(textAt(value, 'fullyQualifiedName') ?? '');
}

/**
 * The components' own blocks are as good as stages, and a template is always kept as a path: nobody needs to hear of it. Of names that other
 * readers may refuse the rules tell (R16, R27).
 */
const SILENT: ReadonlySet<string> = new Set(['T2', 'T12', 'T13']);
/** As good as the canonical form. */
const INFORMS: ReadonlySet<string> = new Set(['T11']);

/** Older forms are read, and told. */
function told(made: Normalisation, positions: ReadonlyMap<string, Position>, profile: Profile): Finding[] {
  const { rule, message } = made;
  if (SILENT.has(rule)) return [];
  const severity = INFORMS.has(rule) ? 'info' : 'warning';
  return [{ rule, severity: weigh({ rule, severity }, profile), message, ...writtenPlaceOf(made, positions) }];
}

/** Where an older form was written: what it was brought to may lie in another file, or nowhere. */
function writtenPlaceOf({ pointer, file, line }: Normalisation, positions: ReadonlyMap<string, Position>): ReturnType<typeof placeOf> {
  const holder = placeOf(pointer.slice(0, Math.max(0, pointer.lastIndexOf('/'))), positions);
  const place = placeOf(pointer, positions);
  const isMade = place.file === holder.file && place.pointer === holder.pointer && pointer !== '';
  const isElsewhere = file !== undefined && place.file !== file && holder.file === file;
  if (!isMade && !isElsewhere) return { ...place, ...(file === place.file && line !== undefined && { line }) };
  return { ...holder, pointer: holder.pointer + pointer.slice(pointer.lastIndexOf('/')), ...(line !== undefined && { line }) };
}

const weigh = ({ rule, severity }: Pick<Finding, 'rule' | 'severity'>, profile: Profile): Finding['severity'] =>
  weightOf([...readingRules, ...rules].find(({ id }) => id === rule) ?? { severity }, severity, profile);

/** The name that tools look for (R7). */
function rootName({ root }: BundleFiles): Finding[] {
  const file = root.split('/').at(-1) ?? root;
  if ((ROOT_NAMES as readonly string[]).includes(file)) return [];
  return [
    { rule: 'R7', severity: 'info', pointer: '', file: root, line: 1, message: 'the usual name is data-product-descriptor.json or .yaml' },
  ];
}
