import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FOR_OPA, type Answer } from './evaluate.js';
import { brokenPolicy } from './finding.js';
import { packageRoot } from './package-root.js';
import type { DecisionPoint, LoadedPolicy, PolicyBundle, PolicyFacts, PolicyFinding } from './policy.js';
import { evaluateRego, type Opa } from './rego/index.js';

/** A policy takes milliseconds, on a descriptor of 200 ports tens of them; a loaded machine may make seconds of these. */
const LONGEST_MS = 5_000;
/** A judgement has a minute, and others wait for the thread: half of it for policies that have to be ended. */
const MOST_ENDED = 6;
/** Loading the thread takes a tenth of a second, many times that on a machine that is busy; no policy is to be blamed for it. */
const LONGEST_START_MS = 30_000;
/** Facts of the largest descriptor that is read, and what expressions make of them; far below what would hurt a worker. */
const MOST_MEMORY_MB = 256;

export interface ToThread {
  policies: LoadedPolicy[];
  point: DecisionPoint;
  facts: PolicyFacts;
}
export type FromThread = { begins: number } | { answer: Answer } | { done: true };

/** What a policy may use. */
export interface Limits {
  longestMs: number;
  mostMemoryMb: number;
}

/**
 * Evaluates policies outside of the calling thread, one after the other, each within limits of time and memory. One that exceeds them
 * fails closed with a finding of its own, and the others are evaluated all the same, unless there are many such.
 */
export class PolicyThread {
  private thread: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly limits: Limits = { longestMs: LONGEST_MS, mostMemoryMb: MOST_MEMORY_MB }) {}

  /**
   * Findings in the order of the bundle. Never rejects for what a policy does; throws `NoOpa` for one in Rego that applies where no server
   * is given, `OpaError` for a server that does not do its part.
   */
  async evaluate(bundle: PolicyBundle, point: DecisionPoint, facts: PolicyFacts, opa?: Opa): Promise<PolicyFinding[]> {
    const policies = bundle.policies.filter((policy) => policy.points.includes(point));
    // Through JSON: policies see what would be stored and sent, no undefined and no shared objects.
    const plain = JSON.parse(JSON.stringify(facts)) as PolicyFacts;
    const request = { policies, point, facts: plain };
    const answer = this.last.then(() => this.evaluateAll(request));
    this.last = answer.catch(() => undefined);
    const { answers, ended } = await answer;
    return withRego(request, answers, ended, opa);
  }

  /** Ends the thread; the next call starts another. */
  async close(): Promise<void> {
    const { thread } = this;
    this.thread = undefined;
    await thread?.terminate();
  }

  private async evaluateAll(request: ToThread): Promise<{ answers: Answer[]; ended: number }> {
    const answers: Answer[] = [];
    let rest = request.policies;
    let ended = 0;
    while (rest.length > 0 && ended < MOST_ENDED) {
      const { found, failed } = await this.ask({ ...request, policies: rest });
      // One answer for each policy: the thread may have been ended between an answer and the next beginning.
      answers.push(...found.slice(0, failed?.index));
      if (!failed) break;
      ended += 1;
      answers.push([brokenPolicy(rest[failed.index]!, request.facts.now, 'limits', failed.why)]);
      rest = rest.slice(failed.index + 1);
    }
    const left = request.policies.slice(answers.length);
    return { answers: [...answers, ...left.map((policy) => [notEvaluated(policy, request.facts.now)])], ended };
  }

  /** Asks the thread; when it has to be ended, says at which policy and why. */
  private ask(request: ToThread): Promise<{ found: Answer[]; failed?: { index: number; why: string } }> {
    const { longestMs, mostMemoryMb } = this.limits;
    const isNew = this.thread === undefined;
    const thread = (this.thread ??= start(mostMemoryMb));
    const found: Answer[] = [];
    let index = 0;
    let timer: NodeJS.Timeout | undefined;
    let lastLook: NodeJS.Immediate | undefined;
    return new Promise((resolve) => {
      const stopWatching = (): void => {
        clearTimeout(timer);
        clearImmediate(lastLook);
      };
      const end = (failed?: { index: number; why: string }): void => {
        stopWatching();
        thread.off('message', hear).off('error', fail).off('exit', leave);
        // A thread that nobody asks must not keep the process.
        thread.unref();
        resolve({ found, ...(failed && { failed }) });
      };
      const giveUp = (why: string): void => {
        void this.close();
        end({ index, why });
      };
      const watch = (ms: number, why: string): void => {
        stopWatching();
        // Where this process was busy itself, what the thread has said meanwhile is heard first.
        timer = setTimeout(() => (lastLook = setImmediate(giveUp, why)), ms);
      };
      const hear = (message: FromThread): void => {
        if ('begins' in message) {
          index = message.begins;
          watch(longestMs, `it took longer than ${longestMs / 1000} s`);
        } else if ('answer' in message) found.push(message.answer);
        else end();
      };
      const fail = (error: Error & { code?: string }): void =>
        giveUp(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it needed more than ${mostMemoryMb} MB` : error.message);
      const leave = (code: number): void => giveUp(`the thread ended with ${code}`);
      thread.ref();
      if (isNew) watch(LONGEST_START_MS, `the thread has not begun within ${LONGEST_START_MS / 1000} s`);
      else watch(longestMs, `it took longer than ${longestMs / 1000} s`);
      thread.on('message', hear).on('error', fail).on('exit', leave);
      thread.postMessage(request);
    });
  }
}

const notEvaluated = (policy: LoadedPolicy, now: string): PolicyFinding =>
  brokenPolicy(policy, now, 'limits', `not evaluated, because ${MOST_ENDED} policies before it had to be ended`);

/** A policy in Rego has to be asked, and nobody said where. */
export class NoOpa extends Error {
  override readonly name = 'NoOpa';
}

/** The answers with what OPA says in its places. What had to be ended counts together, whoever evaluated it: others wait for all of it. */
async function withRego({ policies, point, facts }: ToThread, answers: Answer[], ended: number, opa?: Opa): Promise<PolicyFinding[]> {
  const findings: PolicyFinding[] = [];
  for (const [index, policy] of policies.entries()) {
    const answer = answers[index]!;
    if (answer !== FOR_OPA) findings.push(...answer);
    else if (opa === undefined) throw new NoOpa(`the policy ${policy.name} is written in Rego, and there is no OPA server to ask`);
    else if (ended >= MOST_ENDED) findings.push(notEvaluated(policy, facts.now));
    else {
      const said = await evaluateRego(policy, point, facts, opa);
      if (said.ended) ended += 1;
      findings.push(...said.findings);
    }
  }
  return findings;
}

/** Node runs compiled code only: from the sources (tests), the thread is the compiled one. */
function start(mostMemoryMb: number): Worker {
  const own = fileURLToPath(new URL('thread.js', import.meta.url));
  const file = existsSync(own) ? own : join(packageRoot, 'dist', 'policies', 'thread.js');
  const resourceLimits = { maxOldGenerationSizeMb: mostMemoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
  // Not the parent's arguments: they may load what a test needs. No environment: expressions cannot read it, and need none.
  const thread = new Worker(file, { resourceLimits, execArgv: [], env: {}, stdout: false, stderr: false });
  // It may run out of memory while it is ended for something else; an error that nobody hears would end the whole process.
  return thread.on('error', () => undefined);
}

const shared = new PolicyThread();

/**
 * What the policies have to say at a decision point, in the order of their names. Byte-equal for equal bundle, point and facts.
 * Never rejects for a broken policy: that fails closed with a finding of its own. `opa` is for policies in Rego; throws `NoOpa` where it is
 * needed and missing, `OpaError` for a server that does not do its part.
 */
export const evaluate = (bundle: PolicyBundle, point: DecisionPoint, facts: PolicyFacts, opa?: Opa): Promise<PolicyFinding[]> =>
  shared.evaluate(bundle, point, facts, opa);
