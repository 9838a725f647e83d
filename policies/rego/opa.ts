import type { Json } from '../../descriptors/json.js';
import { placed, type PlacedModule } from './module.js';
import { MOST_ANSWER_MB, OpaError, request, type Answered, type OpaAddress } from './request.js';

/** A policy takes milliseconds; a loaded machine may make seconds of these. The same as for CEL (limits.ts). */
const LONGEST_MS = 5_000;
/** A server that lives says so at once. */
const LONGEST_SIGN_OF_LIFE_MS = 2_000;
/** What OPA says of one fault, at most: it may hold values of the facts, and ends in a message for people. */
const LONGEST_WORD = 500;
/** A server that is restarted while it is asked is asked again; one that forgets each time has something wrong with it. */
const MOST_TRIES = 3;

/** A policy that OPA cannot evaluate, or that says what is none of its forms: the policy's fault, it fails closed. */
export class BrokenRego extends Error {
  override readonly name = 'BrokenRego';
  constructor(
    message: string,
    /** It took too long and had to be ended. */
    readonly ended = false,
  ) {
    super(message);
  }
}

/** An OPA server as policies use it. */
export interface Opa {
  /**
   * The value of the rule `deny` of a module over `input`. One call at a time. May be repeated: a module lies where its digest says, and is
   * put there again after a restart of the server.
   * Throws `BrokenRego` for what is the policy's fault, `OpaError` for what is the server's.
   */
  deny(module: string, input: object): Promise<Json>;
}

export interface OpaOptions extends OpaAddress {
  /** How long one policy may take, in milliseconds; default 5 s. */
  longestMs?: number;
}

/** Opens nothing: the server is first looked at when something is asked. */
export function createOpa({ longestMs = LONGEST_MS, ...address }: OpaOptions): Opa {
  let last: Promise<unknown> = Promise.resolve();
  return {
    deny(module, input) {
      // One after the other: beside one that takes too long, the others would look as if they did.
      const answer = last.then(() => denyOf(placed(module), input));
      last = answer.catch(() => undefined);
      return answer;
    },
  };

  async function denyOf(module: PlacedModule, input: object): Promise<Json> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      await put(module);
      const denied = await ask(module, input);
      if (denied !== undefined) return denied;
      if (await isThere(module)) throw new BrokenRego('deny has no value: it has to be a set or a list, empty where nothing is wrong');
    }
    throw new OpaError('SystemUnavailable', address, 'forgets what it was given');
  }

  /** What OPA has already costs it nothing. Taking in a module waits for evaluations that are under way: twice as long as one of them. */
  async function put({ id, text }: PlacedModule): Promise<void> {
    const answer = await request(address, 'PUT', `/v1/policies/${id}`, { text, longestMs: 2 * longestMs });
    if (answer.status !== 200) throw faultIn(answer, id);
  }

  /** With errors of functions as errors: as OPA does without being told, they would pass for "nothing is wrong". */
  async function ask({ id, path }: PlacedModule, input: object): Promise<Json | undefined> {
    const rule = `/v1/data/${path}/deny?strict-builtin-errors=true`;
    const answer = await request(address, 'POST', rule, { json: { input }, longestMs }).catch(async (error: unknown) => {
      if (!(error instanceof OpaError && error.isLate && (await lives()))) throw error;
      throw new BrokenRego(`it took longer than ${longestMs / 1000} s`, true);
    });
    if (answer.status !== 200) throw faultIn(answer, id);
    if (answer.isTooLarge) throw new BrokenRego(`it says more than ${MOST_ANSWER_MB} MB`);
    return (answer.body as { result?: Json } | undefined)?.result;
  }

  /** A server that answers anything else was busy with the policy; it stops when nobody waits for the answer any more. */
  async function lives(): Promise<boolean> {
    return request(address, 'GET', '/health', { longestMs: LONGEST_SIGN_OF_LIFE_MS }).then(
      () => true,
      (error: unknown) => error instanceof OpaError && error.failure === 'AccessDenied',
    );
  }

  async function isThere({ id }: PlacedModule): Promise<boolean> {
    const { status } = await request(address, 'GET', `/v1/policies/${id}`, { longestMs: LONGEST_SIGN_OF_LIFE_MS });
    return status !== 404;
  }

  /** Whose fault it is that OPA did not answer what it was asked. */
  function faultIn({ status, body }: Answered, id: string): Error {
    const { message, errors = [] } = (body ?? {}) as { message?: string; errors?: OpaFault[] };
    const own = errors.filter(({ code = '' }) => OF_A_POLICY.test(code));
    if (own.length > 0) return new BrokenRego(own.map((fault) => told(fault, id)).join('; '));
    // A rule that cannot be asked for, e.g. a function, is told in the message alone.
    if (message !== undefined && OF_A_POLICY.test(message)) return new BrokenRego(told({ message }, id));
    const failure = status === 500 ? 'SystemUnavailable' : 'SystemRefused';
    return new OpaError(failure, address, `answered ${status}${message === undefined ? '' : `: ${message}`}`);
  }
}

/** Codes of errors in v1/ast/errors.go and v1/topdown/errors.go of OPA. */
const OF_A_POLICY = /\b(rego|eval)_[a-z_]+_error\b/;

/** types.ErrorV1 of OPA's REST API. */
interface OpaFault {
  code?: string;
  message?: string;
  location?: { file?: string; row?: number };
}

/** With the lines of the file as it was written; the name under which it lies in the server says nothing to people. */
function told({ message = 'without a word', location }: OpaFault, id: string): string {
  const plain = message.replaceAll(`data.${id.replace('/', '.')}.`, '').replaceAll(`${id}:`, 'line ');
  const text = plain.replaceAll(/\s+/g, ' ').slice(0, LONGEST_WORD);
  return location?.row === undefined ? text : `line ${location.row}: ${text}`;
}
