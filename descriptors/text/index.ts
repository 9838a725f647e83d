export { MAX_DOCUMENT_BYTES } from './limits.js';
export { nowhere, type Lines, type Places } from './places.js';
export { parseText, type ParsedText } from './parse.js';
