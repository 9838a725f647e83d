import { asks, breaks, harmless, refused, type ChangeRule } from './rule.js';

/** Versions and identity. */
export const versionRules = {
  C1: {
    title: 'the same version with other content',
    reason: 'a published version never changes (Semantic Versioning, item 3)',
    example: '1.0.0 again, with another description',
    cases: { any: refused() },
  },
  C2: {
    title: 'versions that differ in build metadata alone',
    reason: 'they have the same precedence (Semantic Versioning, item 10)',
    example: '1.0.0 → 1.0.0+build.2',
    cases: { any: refused() },
  },
  C3: {
    title: 'a version that is not higher than the latest of its major version',
    reason: 'what comes later has a higher version (Semantic Versioning, item 11)',
    example: '1.1.0 → 1.0.1',
    cases: { product: refused('the product'), port: refused('a port') },
  },
  C4: {
    title: 'a port changed, its version did not say so',
    reason: 'consumers watch the version of the port that they read',
    example: 'a field is removed, the port goes from 1.0.0 to 1.0.1',
    cases: { same: refused('its version stayed'), small: refused('the step of its version is too small') },
  },
  C5: {
    title: 'the version of a port changed, the port did not',
    reason: 'harmless, but it sends consumers looking for a change',
    example: 'the port goes from 1.0.0 to 1.1.0, nothing else',
    cases: { patch: harmless('patch', 'a patch step'), minor: harmless('minor', 'a minor step'), major: harmless('major', 'a major step') },
  },
  C6: {
    title: 'a breaking step without a new major version',
    reason: 'the major version is the promise not to break (DPDS, info.version)',
    example: 'a port is removed from 1.0.0 to 1.1.0',
    cases: {
      product: refused('the product declares a smaller step than its changes need'),
      port: harmless('major', 'a port takes a major step: the product has to as well'),
    },
  },
  C7: {
    title: 'a minor step without a new minor version',
    reason: 'the ports are the public interface (Semantic Versioning, item 7)',
    example: 'a port is added from 1.0.0 to 1.0.1',
    cases: {
      product: refused('the product declares a smaller step than its changes need'),
      port: harmless('minor', 'a port takes a minor step: the product has to as well'),
    },
  },
  C8: {
    title: 'name or namespace of the product changed',
    reason: 'this is another product, and the old one would be left behind',
    example: 'trackandtrace → tracking',
    cases: { any: refused() },
  },
  C9: {
    title: 'the product moves to another domain',
    reason: 'another domain takes the responsibility for it',
    example: 'Transport Management → Sales',
    cases: { any: asks('minor') },
  },
  C10: {
    title: 'the product gets another owner',
    reason: 'both owners have to agree',
    example: 'transport@company-xyz.com → sales@company-xyz.com',
    cases: { any: asks('patch') },
  },
  C11: {
    title: 'names for people, descriptions, tags, links, contacts or extensions changed',
    reason: 'no program depends on them',
    example: 'another description',
    cases: { any: harmless('patch') },
  },
  C12: {
    title: 'the descriptor follows another version of the specification',
    reason: 'the form of the document changed, not what it promises',
    example: 'dataProductDescriptor 1.0.0-DRAFT → 1.0.0',
    cases: { any: harmless('patch') },
  },
  C13: {
    title: 'an output, discovery, observability or control port is removed or renamed',
    reason: 'its consumers have nothing to read any more',
    example: 'outputPorts/tripStatus is gone',
    cases: { any: breaks('major') },
  },
  C14: {
    title: 'a port is removed after its deprecation period, and nobody reads it',
    reason: 'the promise of the deprecation policy was kept',
    example: 'x-deprecated: 2026-01-01, period 3M, removed in June without a reader',
    cases: { any: asks('major') },
  },
  C15: {
    title: 'a port is added',
    reason: 'nobody depends on it yet',
    example: 'outputPorts/tripRoute is new',
    cases: { any: harmless('minor') },
  },
  C16: {
    title: 'an input port is added or removed',
    reason: 'consumers do not see it, but the owner of the source and the lineage are concerned',
    example: 'inputPorts/weather is new',
    cases: { added: asks('minor', 'added: a new source'), removed: asks('minor', 'removed') },
  },
  C17: {
    title: 'a port moved to another kind',
    reason: 'its fully qualified name changes, and with it who may expect what',
    example: 'outputPorts/health → observabilityPorts/health',
    cases: { any: breaks('major') },
  },
  C18: {
    title: 'a port is marked as deprecated, or no longer',
    reason: 'consumers have to hear of it (Semantic Versioning, item 7)',
    example: 'x-deprecated: 2026-01-01',
    cases: { marked: harmless('minor', 'marked: its consumers are to be told'), taken: harmless('minor', 'the mark is taken back') },
  },
} as const satisfies { [id: string]: ChangeRule };
