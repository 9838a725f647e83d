import { Failure } from '../../../lifecycle/failures.js';

/** A message of Terraform in its JSON form. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail?: string;
  address?: string;
  range?: { filename: string; start: { line: number } };
}

/** A lock is held for seconds to minutes; its holder is looked at again after this time. */
const LOCK_RETRY_MS = 10_000;
/** Enough to see the cause; the rest is in the log of the attempt. */
const SHOWN_ERRORS = 3;
const LONGEST_DETAIL = 300;

/** The diagnostics among lines of `-json` output; lines that are no JSON (a warning before the program could set up) are skipped. */
export function diagnosticsOf(output: string): Diagnostic[] {
  return output.split('\n').flatMap((line) => {
    const message = jsonLine(line);
    return message?.type === 'diagnostic' && message.diagnostic ? [message.diagnostic] : [];
  });
}

export interface JsonLine {
  type?: string;
  '@timestamp'?: string;
  diagnostic?: Diagnostic;
  hook?: { resource?: { addr?: string }; action?: string };
}

/** One line of `-json` output, or nothing. */
export function jsonLine(line: string): JsonLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as JsonLine;
  } catch {
    return undefined;
  }
}

/** Which failure a text of Terraform means; the first that fits. Everything else is the template's own fault. */
const causes: [pattern: RegExp, type: 'StateLocked' | 'TerraformInterrupted' | 'AccessDenied' | 'SystemUnavailable'][] = [
  [/Error acquiring the state lock/, 'StateLocked'],
  [
    /Saved plan is stale|execution halted|operation canceled|Operation cancelled|signal: (killed|interrupt)|plugin (process )?exited|Plugin did not respond/i,
    'TerraformInterrupted',
  ],
  [
    /AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|StatusCode: 40[13]\b|SASL authentication failed|authorization failed|not authorized/i,
    'AccessDenied',
  ],
  [
    /connection refused|connection reset|no such host|i\/o timeout|dial tcp|run out of available brokers|StatusCode: (0|5\d\d)\b|request send failed|context deadline exceeded|broken pipe|: EOF\b/i,
    'SystemUnavailable',
  ],
  // What the provider's Kafka client (github.com/IBM/sarama, errors.go) says of a broker that has just started, is about to stop, or moved on.
  [
    /broker not connected|broker for ID is not found|client that was closed|controller is not available|correct controller|leadership election|not the leader for some partition|user-specified time limit|Broker not available|server disconnected before a response|coordinator is (still loading|not available)|insufficient data to decode packet|did not contain all the expected topic/i,
    'SystemUnavailable',
  ],
];

/**
 * The one place where an unsuccessful run of Terraform becomes a failure of the catalogue. `doing` says what was tried, for people;
 * `killedBy` is set when a signal ended the program. The text is redacted.
 */
export function terraformFailure(doing: string, diagnostics: Diagnostic[], redact: (text: string) => string, killedBy?: string): Failure {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0 && killedBy !== undefined) {
    return new Failure('TerraformInterrupted', `Terraform was ended by ${killedBy} while it was to ${doing}.`);
  }
  const said = errors.map(({ summary, detail }) => `${summary}\n${detail ?? ''}`).join('\n');
  const type = causes.find(([pattern]) => pattern.test(said))?.[1] ?? 'TerraformFailed';
  const shown = errors.slice(0, SHOWN_ERRORS).map((error) => lockSentence(error) ?? sentence(error));
  const more = errors.length > SHOWN_ERRORS ? ` (and ${errors.length - SHOWN_ERRORS} more)` : '';
  const text = shown.length === 0 ? 'no reason given' : shown.join('; ');
  return new Failure(type, redact(`Terraform could not ${doing}: ${text}${more}`), {
    details: errors.map((error) => redact(sentence(error))),
    ...(type === 'StateLocked' ? { retryAfterMs: LOCK_RETRY_MS } : {}),
  });
}

/** Who holds the lock, out of the text that Terraform makes of it. */
function lockSentence({ detail = '' }: Diagnostic): string | undefined {
  const [id, who, created] = ['ID', 'Who', 'Created'].map((name) => new RegExp(`^\\s*${name}:\\s*(.+)$`, 'm').exec(detail)?.[1]);
  if (id === undefined || who === undefined) return undefined;
  return `the state is locked by ${who}${created === undefined ? '' : ` since ${created}`} (lock ${id})`;
}

function sentence({ summary, detail, address, range }: Diagnostic): string {
  const where = address ?? (range && `${range.filename}:${range.start.line}`);
  const flat = (detail ?? '').replace(/\s+/g, ' ').trim();
  const short = flat.length > LONGEST_DETAIL ? `${flat.slice(0, LONGEST_DETAIL)}...` : flat;
  return `${where === undefined ? '' : `${where}: `}${summary}${short === '' ? '' : `: ${short}`}`;
}
