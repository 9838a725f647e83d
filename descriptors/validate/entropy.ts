/** Shannon's entropy of a text in bits a character: about 3.5 for words, 5 and more for random letters and digits. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Shorter texts cannot be told from words. */
const SHORTEST = 24;
const LONGEST = 512;
/** Of 24 to 512 characters of base64. Paths, addresses, class names and words stay below, or hold other characters. */
const RANDOM_BITS = 4.2;

/** A digest, a UUID: random to look at, and public. */
const PUBLIC = /^(sha(1|256|384|512)[:-]|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)/i;

/** True for one word of random letters and digits, as keys and tokens are: upper and lower case and digits, mixed, and no words in it. */
export function looksRandom(text: string): boolean {
  if (text.length < SHORTEST || text.length > LONGEST || PUBLIC.test(text)) return false;
  if (!/^[A-Za-z0-9+/_=-]+$/.test(text)) return false;
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/[0-9]/.test(text)) return false;
  // Words, in any of the usual spellings, have long runs of lower-case letters.
  if (/[a-z]{7,}/.test(text)) return false;
  return entropyOf(text) >= RANDOM_BITS;
}
