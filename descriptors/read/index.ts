import type { BundleFiles } from '../bundle/index.js';
import type { Finding } from '../finding.js';
import { isObject, type JsonObject } from '../json.js';
import type { Normalisation, Position } from '../product.js';
import { Documents } from './documents.js';
import { TooLarge } from './limits.js';
import { normalise } from './normalise.js';
import { Positions } from './positions.js';
import { resolve } from './resolve.js';
import { Sources } from './sources.js';

export { partsOf } from './parts.js';

/** What reading gives: the canonical tree as far as it could be made, not yet judged. */
export interface ReadTree {
  /** Undefined when the root document cannot be read at all. */
  tree?: JsonObject;
  /** Where each node of the tree was written, by its JSON Pointer. */
  positions: ReadonlyMap<string, Position>;
  normalisations: Normalisation[];
  /** What was wrong with the documents and references themselves. */
  findings: Finding[];
  /** For writing the tree down again; there with the tree. */
  sources?: Sources;
  /** Foreign documents of which a part could not be read. */
  unread?: WeakSet<object>;
}

/** Reads the root document and everything it refers to. Never throws for what the documents hold. */
export function readTree(files: BundleFiles, namespace?: string, elsewhere: 'refused' | 'told' = 'refused'): ReadTree {
  const sources = new Sources();
  const documents = new Documents(files, sources, elsewhere);
  const nothing = { positions: new Map<string, Position>(), normalisations: [] };
  const fault = (rule: string, message: string): ReadTree => ({
    ...nothing,
    findings: [...documents.findings, { rule, severity: 'error', pointer: '', file: files.root, line: 1, message }],
  });
  try {
    const root = documents.load(files.root);
    if (root === undefined) return { ...nothing, findings: documents.findings };
    if (!isObject(root)) return fault('R1', 'a descriptor is one object');
    const tree = resolve(documents, root);
    normalise(tree, { sources, journal: documents.journal, names: new Map(), ...(namespace !== undefined && { namespace }) });
    return {
      tree,
      positions: new Positions(tree, sources),
      normalisations: documents.journal.on(tree, sources),
      findings: documents.findings,
      sources,
      unread: documents.unread,
    };
  } catch (error) {
    if (error instanceof TooLarge) return fault('R107', error.message);
    throw error;
  }
}
