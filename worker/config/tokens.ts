import type { Finding } from '../../descriptors/finding.js';
import { isLoopback, isTrustworthy } from '../../identity/index.js';
import { milliseconds, type WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';

/** Longer, and tokens that were withdrawn by letting them end would still count. */
const LONGEST_TOLERANCE = '2 minutes';

/** Tokens that could be forged or read on their way. */
export function unsafeTokens({ identity: { tokens, endpoint } }: WrittenConfig, source: Source): Finding[] {
  const findings: Finding[] = [];
  const say = (path: string, message: string): void => void findings.push(findingAt(source, `/identity/${path}`, message));
  for (const name of ['issuer', 'jwksUri'] as const) {
    const address = tokens?.[name];
    if (address === undefined) continue;
    if (!URL.canParse(address)) say(`tokens/${name}`, 'is no address');
    else if (!isTrustworthy(address)) say(`tokens/${name}`, 'must be https: whoever answers there says who everybody is');
  }
  if (tokens && milliseconds(tokens.clockTolerance) > milliseconds(LONGEST_TOLERANCE))
    say('tokens/clockTolerance', `is longer than ${LONGEST_TOLERANCE}`);
  if (endpoint && !isLoopback(endpoint.host) && endpoint.certificate === undefined)
    say('endpoint', 'is reached from other machines and has no certificate and key: tokens would be read on their way');
  return findings;
}
