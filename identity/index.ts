export { algorithmsOf, createKey, publicJwk, readPrivateKey, readPublicKey, thumbprintOf, UnusableKey } from './keys.js';
export { inputDigest, PASTED_LATER_S, SENT_AT_ONCE_S, signDecision, signRequest } from './sign.js';
export type { DecisionToSign, RequestToSign } from './sign.js';
export { verifyDecision, verifyRequest } from './verify.js';
export type { ExpectedDecision, ExpectedRequest, Verified } from './verify.js';
export { isLoopback, isTrustworthy } from './issuer.js';
export { tokenAlgorithms, tokenReader, tokensReader } from './tokens.js';
export type { Bearer, ReadToken, TokenAlgorithm, TokenSettings } from './tokens.js';
