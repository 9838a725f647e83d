/** Limits of one document (R107): above any descriptor seen, low enough that a hostile one costs seconds and not the process. */

/** The largest descriptors in the field, with all schemas inline, are near 5 MiB. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** A document of this many bytes in short fields has about 700,000. */
export const MAX_NODES = 1_000_000;
/** Nodes that aliases repeat: people anchor a block or two; what swells has an anchor of anchors. */
export const MAX_ALIAS_NODES = 100_000;
/** People stop near 15. What builds a tree of YAML calls itself for each level, and a process can die of too many. */
export const MAX_NESTING = 100;
/** The pieces that YAML is cut into, blanks and ends of lines included: some 5 a line. Each costs about a microsecond. */
export const MAX_LEXEMES = 3_000_000;
