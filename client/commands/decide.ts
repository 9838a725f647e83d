import { createHash } from 'node:crypto';
import ms from 'ms';
import type { StringValue } from 'ms';
import { Failure } from '../../lifecycle/failures.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { DecideMessage } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import type { Connected } from '../connect.js';
import { askEndpoint } from '../endpoint.js';
import { digitsOf, findOpen } from '../exceptions.js';
import type { OpenRequest } from '../exceptions.js';
import type { Output } from '../output.js';
import { signedDecision, signing, speakerOf } from '../signing.js';
import type { SigningOptions, Speaker } from '../signing.js';
import { farOf } from '../standing.js';
import { statusOf } from '../watch.js';

/** A decision is answered by a live worker within seconds, or it may still be obeyed later. */
const ANSWER_TIMEOUT_MS = 15_000;

interface Options extends SigningOptions {
  comment?: string;
  until?: string;
  to?: string;
  print?: boolean;
}

type Verb = DecideMessage['decision'];

const words = {
  approve: ['Grant a request for an exception', messageNames.approveException],
  reject: ['Refuse a request for an exception', messageNames.rejectException],
  delegate: ['Let somebody else decide a request in your place', messageNames.delegateException],
} as const;

const decide = (verb: Verb) =>
  command(
    `${verb} <exception>`,
    words[verb][0],
    (self) => {
      signing(self.argument('<exception>', 'digest, or its first 12 digits (steward approvals)'))
        .option('--as <name>', 'who decides; not needed with a token')
        .option('--comment <text>', 'why')
        .option('--print', 'print the JSON to paste into the Temporal UI instead of sending it; signed with --key for an hour');
      if (verb === 'approve') self.option('--until <time>', 'grant it for a shorter time: an ISO time, or a duration such as "3 days"');
      if (verb === 'delegate') self.requiredOption('--to <name>', 'who decides instead');
      return self;
    },
    async (output, exception: string, options: Options) => {
      const speaker = speakerOf(options);
      if (speaker.by === 'name' && speaker.name === undefined) throw new Failure('InvalidInput', '--as is missing: who decides');
      const { comment, to } = options;
      const said = { decision: verb, comment, to, until: options.until === undefined ? undefined : timeOf(options.until) };
      if (options.print && speaker.by === 'name')
        return print(output, { exception: digitsOf(exception), approver: speaker.name!, ...said });
      await connected(async (connection) => {
        const open = await findOpen(connection, exception);
        if (options.print) return print(output, await messageOf(speaker, open, said, true));
        const { answer, far } = await send(connection, speaker, open, said);
        const { digest, message } = open.request;
        output.result({ exception: digest, decision: answer }, `${answer}: ${shortDigest(digest)} (${message})${far}`);
      });
    },
  );

export const approve = decide('approve');
export const reject = decide('reject');
export const delegate = decide('delegate');

type Said = Pick<DecideMessage, 'decision' | 'comment' | 'to' | 'until'>;

async function send(connection: Connected, speaker: Speaker, open: OpenRequest, said: Said): Promise<{ answer: string; far: string }> {
  const handle = connection.client.workflow.getHandle(open.workflowId);
  const { digest, line, environment, deadline } = open.request;
  if (speaker.by === 'token') {
    const body = { exception: digest, line, environment, ...said };
    const { decision } = await askEndpoint<{ decision?: string }>(speaker.endpoint, '/decisions', body);
    return { answer: decision ?? 'sent, not answered yet', far: '' };
  }
  const message = await messageOf(speaker, open, said);
  // The same decision sent twice is one: the server gives the first answer again.
  const of = [digest, deadline, message.approver, said.decision, said.to, said.until, message.statement].join(' ');
  const answer = await connection.client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
    handle.executeUpdate<string, [DecideMessage]>(messageNames.decideException, {
      args: [message],
      ...(message.statement !== undefined && { updateId: createHash('sha256').update(of).digest('hex') }),
    }),
  );
  return { answer, far: answer === 'counted' ? `; ${farOf((await statusOf(handle))?.standing)}` : '' };
}

async function messageOf(speaker: Speaker, { request }: OpenRequest, said: Said, later = false): Promise<DecideMessage> {
  const { digest, deadline, environment } = request;
  const about = { exception: digest, request: deadline, environment, ...said };
  const statement = await signedDecision(speaker, about, later);
  const approver = speaker.by === 'token' ? '' : (speaker.name ?? '');
  return { exception: digest, approver, ...said, ...(statement !== undefined && { statement }) };
}

function print(output: Output, { decision, ...message }: DecideMessage): void {
  const [, signal] = words[decision];
  output.result({ signal, message }, `signal ${signal}:\n${JSON.stringify(message)}`);
}

/** An ISO time, or so long from now. */
function timeOf(text: string): string {
  const length = ms(text as StringValue) as number | undefined;
  const time = length === undefined ? new Date(text) : new Date(Date.now() + length);
  if (Number.isNaN(time.getTime()))
    throw new Failure('InvalidInput', `--until ${text} is neither an ISO time nor a duration such as "3 days"`);
  return time.toISOString();
}
