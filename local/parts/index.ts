export { DigestMismatch } from './digest.js';
export { fetchParts, type FetchedPart, type FetchOptions } from './fetch-parts.js';
export { partNames, type Log, type Part, type PartName } from './part.js';
export { checkPrerequisites, MissingPrerequisites } from './prerequisites.js';
export { type Provisioner } from './terraform.js';
export { fetchTools, type Tools } from './tools.js';
