import type { Json } from '../descriptors/json.js';
import { canonicalJson, digestOfJson, type Digest } from '../descriptors/digest.js';

/** What a person decides about when asked for an exception. */
export interface ExceptionSubject {
  rule: string;
  /** Digest of the policy whose finding it is: another text of the policy asks again. */
  policy: Digest;
  line: string;
  environment: string;
  pointer: string;
  evidence: Json;
}

/** Names the decision: the same subject has the same digest in every plan, whatever the order of its evidence; time and messages do not enter. */
export function exceptionDigest({ rule, policy, line, environment, pointer, evidence }: ExceptionSubject): Digest {
  return digestOfJson({ rule, policy, line, environment, pointer, evidence: unordered(evidence) });
}

function unordered(value: Json): Json {
  if (Array.isArray(value)) {
    const byText = (a: Json, b: Json): number => (canonicalJson(a) < canonicalJson(b) ? -1 : 1);
    return value.map(unordered).sort(byText);
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unordered(entry)]));
}
