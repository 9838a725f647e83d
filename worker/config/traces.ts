import type { Finding } from '../../descriptors/finding.js';
import { isTrustworthy } from '../../identity/index.js';
import type { WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';

/** Credentials of a collector that could be read on their way. */
export function unsafeTraces({ monitoring: { traces } }: WrittenConfig, source: Source): Finding[] {
  if (!traces || Object.keys(traces.headers).length === 0 || isTrustworthy(traces.url)) return [];
  return [findingAt(source, '/monitoring/traces/url', 'must be https: its headers would be read on their way')];
}
