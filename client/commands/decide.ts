import type { Command } from 'commander';
import { PASTED_LATER_S } from '../../identity/index.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { RequestStanding } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import { sendDecision } from '../decision.js';
import type { DecisionEnd, Deciding } from '../decision.js';
import { digitsOf, findOpen } from '../exceptions.js';
import type { OpenRequest } from '../exceptions.js';
import type { Output } from '../output.js';
import { proofOf, withProof } from '../proof.js';
import type { Proof, ProofOptions } from '../proof.js';
import { standingInWords } from '../standing.js';
import { decisionStatement, readStatement } from '../statement.js';
import { secondsOf } from '../../lifecycle/time.js';
import { timeToCome } from '../time.js';
import { UsageFailure } from '../usage.js';
import { statusOf } from '../watch.js';

interface Options extends ProofOptions {
  comment?: string;
  until?: string;
  to?: string;
  print?: boolean;
}

const signals = {
  approve: messageNames.approveException,
  reject: messageNames.rejectException,
  delegate: messageNames.delegateException,
} as const;

const decide = (decision: Deciding['decision'], description: string, more: (self: Command) => Command = (self) => self) =>
  command(
    `${decision} <exception>`,
    description,
    (self) =>
      withProof(
        more(self.argument('<exception>', 'digest, or its first 12 digits (steward approvals)').option('--as <name>', 'who decides')),
      )
        .option('--comment <text>', 'why')
        .option('--print', 'print the JSON to paste into the Temporal UI instead of sending it'),
    async (output, exception: string, { comment, until, to, print, ...who }: Options) => {
      const proof = await proofOf(who);
      if (proof.by !== 'token' && !proof.name) throw new UsageFailure('who decides? Name it: --as <name>');
      if (proof.by === 'token' && who.as !== undefined) throw new UsageFailure('--as says nothing beside a token: that says who decides');
      const deciding = { decision, ...(comment && { comment }), ...(until && { until }), ...(to && { to }) };
      // A claim needs no look at what is asked.
      if (print && proof.by === 'word') return printed(output, { exception: digitsOf(exception), approver: proof.name! }, deciding);
      await connected(async (connection) => {
        const open = await findOpen(connection, exception);
        if (print) return printSigned(output, open, proof, deciding);
        const answer = await sendDecision(connection, proof, open, deciding);
        const isOpen = answer !== 'granted' && answer !== 'rejected';
        const now = isOpen ? await statusOf(connection.client.workflow.getHandle(open.workflowId)) : undefined;
        tell(output, open, deciding, answer, now?.standing);
      });
    },
  );

export const approve = decide('approve', 'Grant a request for an exception', (self) =>
  self.option('--until <time>', 'let the grant end earlier: a time, or how long until then, e.g. "3 days"', timeToCome),
);
export const reject = decide('reject', 'Refuse a request for an exception');
export const delegate = decide('delegate', 'Let somebody else decide a request from your place', (self) =>
  self.requiredOption('--to <name>', 'who decides instead'),
);

/** What became of it, and how far the request is decided by now. */
function tell(
  output: Output,
  { workflowId, request }: OpenRequest,
  { to }: Deciding,
  answer: DecisionEnd,
  standing?: RequestStanding,
): void {
  const { digest, message } = request;
  const what = answer === 'delegated' ? `delegated to ${to}` : answer;
  const far = standing ? `\n  ${standingInWords(standing)}` : '';
  const pending = answer === 'pending' ? `\n  the request has it and has not answered yet: steward status ${workflowId}` : '';
  output.result(
    { exception: digest, decision: answer, ...(standing && { standing }) },
    `${what}: ${shortDigest(digest)} (${message})${far}${pending}`,
  );
}

async function printSigned(output: Output, { workflowId, request }: OpenRequest, proof: Proof, deciding: Deciding): Promise<void> {
  const statement = (await decisionStatement(proof, request, deciding, PASTED_LATER_S))!;
  const { name: approver, expires } = readStatement(statement);
  printed(output, { exception: request.digest, approver, statement }, deciding, { workflowId, expires });
}

/** What the Temporal UI's page Send a Signal wants. */
function printed(
  output: Output,
  who: { exception: string; approver: string; statement?: string },
  { decision, ...said }: Deciding,
  signed?: { workflowId: string; expires: string },
): void {
  const signal = signals[decision];
  const { statement, ...named } = who;
  const message = { ...named, ...said, ...(statement !== undefined && { statement }) };
  const where = signed ? ` to ${signed.workflowId}, or to an operation that waits for it` : '';
  const until = signed ? `\nSigned by ${who.approver}, until ${secondsOf(signed.expires)}; it counts once.` : '';
  output.result(
    { signal, message, ...(signed && { workflowId: signed.workflowId }) },
    `signal ${signal}${where}:\n${JSON.stringify(message)}${until}`,
  );
}
