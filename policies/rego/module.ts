import { digestOf } from '../../descriptors/digest.js';
import { referenceAt, referencesOf, tokensOf, type Reference, type Token } from './tokens.js';

const OTHER_SYSTEMS = 'asks other systems: what it says would not be a matter of the facts';
const ANOTHER_TIME = 'says something else each time; the time of the judgement is input.now';
const SECRETS = 'is about secrets, which policies have none of';

/**
 * Functions that a policy may not use, and why: they have effects, show what the server knows, or give another answer to the same facts.
 * What OPA calls nondeterministic is among them (a test compares with its list), and what its documentation warns of.
 */
const refusedFunctions: { [path: string]: string } = {
  'http.send': OTHER_SYSTEMS,
  'net.lookup_ip_addr': OTHER_SYSTEMS,
  'json.match_schema': `may fetch what a schema refers to, and ${OTHER_SYSTEMS}`,
  'json.verify_schema': `may fetch what a schema refers to, and ${OTHER_SYSTEMS}`,
  'opa.runtime': "shows the server's configuration and environment",
  'time.now_ns': ANOTHER_TIME,
  'rand.intn': ANOTHER_TIME,
  'uuid.rfc4122': ANOTHER_TIME,
  'io.jwt.decode_verify': ANOTHER_TIME,
  'io.jwt.encode_sign': SECRETS,
  'io.jwt.encode_sign_raw': SECRETS,
  'providers.aws.sign_req': SECRETS,
  'crypto.x509.parse_and_verify_certificates': 'looks at the clock; the time of the judgement is input.now',
  'crypto.x509.parse_and_verify_certificates_with_options': 'may look at the clock; the time of the judgement is input.now',
  'bits.lsh': 'takes memory without end, and the server with it',
  'rego.parse_module': 'reads other policies',
  print: "writes facts into the server's log",
  trace: "writes facts into the server's traces",
};

/**
 * Why a module cannot be a policy, each fault with its line; empty when nothing stands against it. A policy is one module about `input`
 * alone: what else lies in the server differs between servers and times. Whether it compiles, OPA says when it is asked.
 */
export function faultsOf(module: string): string[] {
  let tokens: Token[];
  let name: Reference;
  try {
    tokens = tokensOf(module);
    name = packageOf(tokens);
  } catch (error) {
    return [(error as Error).message];
  }
  const faults = referencesOf(tokens).flatMap(({ path, line, from }) => {
    const why = from === name.from ? undefined : faultOf(path);
    return why === undefined ? [] : [`line ${line}: ${why}`];
  });
  const denies = tokens.some(({ kind, value }) => kind === 'name' && value === 'deny');
  return denies ? faults : [...faults, 'there is no rule deny: a policy says there what is wrong'];
}

function faultOf(path: string[]): string | undefined {
  if (path[0] === 'data') return 'data is refused: a policy sees input alone, and calls rules of its own module by their names';
  if (path[0] === 'internal') return 'internal functions are refused';
  // A value may be reached through what a function gives back.
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.');
    if (Object.hasOwn(refusedFunctions, name)) return `${name} is refused: it ${refusedFunctions[name]}`;
  }
  // In brackets, the rest of a function's name is out of sight here, and not for OPA: (http).send, http[("send")].
  const begun = `${path.join('.')}.`;
  if (Object.keys(refusedFunctions).some((name) => name.startsWith(begun)))
    return `${path.join('.')} has to be followed by the whole name of what is meant, without brackets; a variable needs another name`;
  return undefined;
}

/** A module as it lies in OPA. */
export interface PlacedModule {
  /** Of the policy API: `/v1/policies/<id>`. */
  id: string;
  /** Of the data API: `/v1/data/<path>`. */
  path: string;
  text: string;
}

/**
 * A module under a name made of its digest, so that every text stands beside every other one in the same server, and the same one comes to
 * lie in the same place whoever puts it there. Lines stay where they are.
 */
export function placed(module: string): PlacedModule {
  const { from, to } = packageOf(tokensOf(module));
  const name = `m${digestOf(module).replace('sha256:', '')}`;
  return { id: `steward/${name}`, path: `steward/${name}`, text: `${module.slice(0, from)}steward.${name}${module.slice(to)}` };
}

/** Where the name of the package stands. */
function packageOf(tokens: Token[]): Reference {
  const [word, name] = tokens;
  if (word?.kind !== 'name' || word.value !== 'package' || name?.kind !== 'name' || name.line !== word.line)
    throw new Error(`line ${word?.line ?? 1}: a module begins with its package, e.g. package policies`);
  return referenceAt(tokens, 1);
}
