import type { Finding } from '../../descriptors/finding.js';
import { isLoopback, isTrustworthy } from '../../identity/index.js';
import { issuersOf, milliseconds, type WrittenConfig, type WrittenTokens } from './complete.js';
import { findingAt, type Source } from './findings.js';

/** Longer, and tokens that were withdrawn by letting them end would still count. */
const LONGEST_TOLERANCE = '2 minutes';

/** Everybody can have a token of these, for any audience: what makes it one of the company's has to be said. */
const ISSUERS_FOR_EVERYBODY = ['https://token.actions.githubusercontent.com', 'https://gitlab.com', 'https://accounts.google.com'];

/** Tokens that could be forged or read on their way, or be anybody's. */
export function unsafeTokens({ identity: { tokens, endpoint } }: WrittenConfig, source: Source): Finding[] {
  const findings: Finding[] = [];
  const say = (path: string, message: string): void => void findings.push(findingAt(source, `/identity/${path}`, message));
  const issuers = tokens === undefined ? [] : issuersOf(tokens);
  for (const [index, each] of issuers.entries()) {
    const at = Array.isArray(tokens) ? `tokens/${index}` : 'tokens';
    for (const [name, message] of faultsOf(each)) say(`${at}/${name}`, message);
    if (issuers.findIndex(({ issuer }) => issuer === each.issuer) < index)
      say(`${at}/issuer`, 'is the issuer of an entry before, too: one entry for each');
  }
  if (endpoint && !isLoopback(endpoint.host) && endpoint.certificate === undefined)
    say('endpoint', 'is reached from other machines and has no certificate and key: tokens would be read on their way');
  return findings;
}

function faultsOf(tokens: WrittenTokens): [name: keyof WrittenTokens, message: string][] {
  const faults: [keyof WrittenTokens, string][] = [];
  for (const name of ['issuer', 'jwksUri'] as const) {
    const address = tokens[name];
    if (address === undefined) continue;
    if (!URL.canParse(address)) faults.push([name, 'is no address']);
    else if (!isTrustworthy(address)) faults.push([name, 'must be https: whoever answers there says who everybody is']);
  }
  if (ISSUERS_FOR_EVERYBODY.includes(tokens.issuer) && Object.keys(tokens.requires ?? {}).length === 0)
    faults.push(['issuer', 'gives tokens to everybody: say by requires which of them count, e.g. those of the own repositories']);
  if (milliseconds(tokens.clockTolerance) > milliseconds(LONGEST_TOLERANCE))
    faults.push(['clockTolerance', `is longer than ${LONGEST_TOLERANCE}`]);
  return faults;
}
