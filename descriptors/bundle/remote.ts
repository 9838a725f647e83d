import { isIP } from 'node:net';
import { MAX_DOCUMENT_BYTES } from '../text/index.js';
import { isInNetworks, isPublicAddress } from './addresses.js';

/** How bytes come from another host. Injected: without one nothing is fetched. */
export interface Transport {
  /** The addresses of a host. */
  resolve(host: string): Promise<string[]>;
  /** One GET to exactly this address, without credentials or cookies, following nothing. Rejects above `limits`. */
  get(url: URL, address: string, limits: { bytes: number; milliseconds: number }): Promise<Answer>;
}

export interface Answer {
  status: number;
  location?: string;
  body: Uint8Array;
}

/** Why a document was not fetched. The message holds no credentials. */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';
  /** True when the same may succeed later: the host is down or busy. */
  readonly isPassing: boolean;

  constructor(message: string, { isPassing = false, ...options }: ErrorOptions & { isPassing?: boolean } = {}) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

/** What may be fetched from where. */
export interface Allowance {
  /** Hosts, with the port unless it is 443. */
  hosts: readonly string[];
  /** Networks that are private and where these hosts may lie all the same, e.g. `10.1.0.0/16`: the organisation's own. None unless said. */
  networks?: readonly string[];
}

export interface Fetched {
  /** Where the document was in the end: the base of its relative references. */
  url: URL;
  body: Uint8Array;
}

/** A document of the largest size takes seconds; whoever waits is a person or a workflow's activity. */
const TIMEOUT_MS = 10_000;
/** From a short name to the host, to the branch, to the file. */
const MAX_REDIRECTS = 3;

/**
 * Fetches one document from a host of the allow-list. Every hop is checked anew: https, host, all of its addresses public; the connection
 * goes to the address that was checked, so that a second answer of the name server changes nothing. Throws `FetchRefused`.
 */
export async function fetchRemote(from: string, allowance: Allowance, transport: Transport): Promise<Fetched> {
  let url = allowedUrl(from, allowance.hosts);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const address = await allowedAddress(url, allowance, transport);
    const answer = await transport.get(url, address, { bytes: MAX_DOCUMENT_BYTES, milliseconds: TIMEOUT_MS });
    if (answer.body.length > MAX_DOCUMENT_BYTES) throw new FetchRefused(`${url.host} answers with more than ${MAX_DOCUMENT_BYTES} bytes`);
    if (answer.status === 200) return { url, body: answer.body };
    if (answer.status < 300 || answer.status > 399 || answer.location === undefined)
      throw new FetchRefused(`${url.host} answers ${answer.status}`, { isPassing: answer.status === 429 || answer.status > 499 });
    url = allowedUrl(answer.location, allowance.hosts, url);
  }
  throw new FetchRefused(`${url.host} redirects more than ${MAX_REDIRECTS} times`);
}

/** The URL, when it is one of https to a host of the allow-list, without credentials. Throws `FetchRefused`. */
export function allowedUrl(address: string, hosts: readonly string[], base?: URL): URL {
  if (!URL.canParse(address, base)) throw new FetchRefused('the address is no URL');
  const url = new URL(address, base);
  if (url.protocol !== 'https:') throw new FetchRefused(`only https is used, not ${url.protocol.slice(0, -1)}`);
  if (url.username !== '' || url.password !== '') throw new FetchRefused('the address holds credentials');
  // `host` has the port when it is another than 443.
  if (!hosts.includes(url.host)) throw new FetchRefused(`${url.host} is not among the hosts allowed`);
  url.hash = '';
  return url;
}

/** The address of a host to connect to, when all of its addresses are open ones or lie in an allowed network. Throws `FetchRefused`. */
export async function allowedAddress(url: URL, { networks = [] }: Allowance, transport: Pick<Transport, 'resolve'>): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host)
    ? [host]
    : await transport.resolve(host).catch((cause: unknown) => {
        throw new FetchRefused(`the name ${url.hostname} could not be looked up`, { cause, isPassing: true });
      });
  const [first] = addresses;
  if (first === undefined) throw new FetchRefused(`${url.host} has no address`);
  if (!addresses.every((address) => isPublicAddress(address) || isInNetworks(address, networks)))
    throw new FetchRefused(`${url.host} has an address that is private or reserved`);
  return first;
}
