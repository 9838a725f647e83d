/** A key as its words: `kafkaApiKey`, `KAFKA_API_KEY` and `kafka.api-key` are `kafka api key`. */
const wordsOf = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const SECRET_WORD =
  /^(secrets?|passwords?|passwd|passphrase|pwd|pass|tokens?|credentials?|bearer|(api|access|secret|private|signing|encryption|account|master)keys?)$/;
/** Keys that are no keys of doors. */
const HARMLESS_KEY =
  /^(partition|primary|foreign|message|routing|sort|public|record|cache|join|hash|row|group|object|index|unique|natural|business|surrogate|dedup|deduplication|event|document|range)$/;
/** What is said about a secret, not the secret: its name, where it lies, how long it is. */
const ABOUT =
  /^(name|ref|reference|arn|path|file|folder|dir|url|uri|endpoint|type|ttl|length|size|count|limit|policy|expiry|expiration|timeout|version|header|format|provider|store|manager|enabled|required|rotation|issuer|audience|scope|field|column|method)$/;
/** Numbers of tokens, as models count them. */
const COUNTED = /^(max|min|num|count|total|limit)$/;

/** True for a key that secrets stand under. */
export function isSecretKey(key: string): boolean {
  const words = wordsOf(key.slice(0, 256));
  const last = words.at(-1) ?? '';
  const before = words.at(-2);
  if (ABOUT.test(last)) return false;
  if (/^keys?$/.test(last) && before !== undefined) return !HARMLESS_KEY.test(before);
  if (/^tokens$/.test(last) && before !== undefined && COUNTED.test(before)) return false;
  return words.some((word) => SECRET_WORD.test(word));
}

/** References to a secret, and what examples and templates put in a secret's place. */
const REFERENCES = [
  /^\$\{[^}]*\}$/,
  /^\{\{[^{}]*\}\}$/,
  /^\{[A-Za-z0-9_.-]+\}$/,
  /^<[^<>]+>$/,
  /^\$\(?[A-Z_][A-Z0-9_]*\)?$/,
  /^%[A-Za-z_][A-Za-z0-9_]*%$/,
  /^(secret|vault|op|ssm|keyvault):\/\/\S+$/,
  /^(vault|env|file):[A-Za-z0-9_./#-]+$/,
  /^arn:aws[a-z-]*:(secretsmanager|ssm):\S+$/,
  /^projects\/[^/\s]+\/secrets\/\S+$/,
  /^(ABC|[xX]{3,}|\*+|\.{3,}|-+|)$/,
  /^(change[_ -]?me|placeholder|redacted|example|dummy|todo|tbd|none|null|n\/a|true|false|yes|no)$/i,
  /^(your|my|the|insert|replace|enter)[_ -][a-z_ -]*(secret|password|token|key|here|this|credentials?)[a-z_ -]*$/i,
];

export const isSecretUnder = (key: string, text: string): boolean => isSecretKey(key) && !isReference(text);

/** True for a text that stands for something else. */
export const isReference = (text: string): boolean => {
  const value = text.trim();
  return value.length <= 512 && REFERENCES.some((reference) => reference.test(value));
};

/** Values that are known for what they are, under whatever key. */
const SECRET_SHAPES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bgithub_pat_[A-Za-z0-9_]{30,}\b/,
  /\bglpat-[A-Za-z0-9_-]{20,}/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bAIza[A-Za-z0-9_-]{35}\b/,
  /\b[sr]k_(live|test)_[A-Za-z0-9]{16,}\b/,
  /\bhvs\.[A-Za-z0-9_-]{20,}/,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
  /\b(Bearer|Basic) +[A-Za-z0-9+/_=.-]{10,}/,
  /\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{10,}/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:(?!<|\*+@|x+@)[^\s/@{}$]+@/i,
];

export const hasSecretShape = (text: string): boolean => SECRET_SHAPES.some((shape) => shape.test(text));
