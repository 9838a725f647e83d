import { getClient } from '@temporalio/activity';
import type { AdHocDelegation, Seat, Voter } from '../../lifecycle/approvals.js';
import type { Arrival, Holder, Person, SentDecision, VerifiedDecision } from '../../lifecycle/engine.js';
import type { ExceptionRequest } from '../../lifecycle/messages.js';
import type { EngineDeps } from './deps.js';
import { hasCanonicalForm } from '../../descriptors/digest.js';
import { verifyDecision } from '../../identity/index.js';
import { knownAs } from '../../lifecycle/people.js';
import { timeOf } from '../../lifecycle/request-times.js';
import { byName, groupsOf, isSamePerson, placeOf } from './people.js';
import type { Place } from '../../lifecycle/environment.js';

/** What is asked about one batch of messages. */
export interface Batch {
  exception: ExceptionRequest;
  sent: SentDecision[];
  delegations: AdHocDelegation[];
  workflowId: string;
}

/** Who sent each of these messages, and from whose places he may decide. Never who he merely says he is where the place wants to know. */
export async function establish(deps: EngineDeps, batch: Batch): Promise<VerifiedDecision[]> {
  const place = placeOf(deps, batch.exception.environment);
  if (!place) return batch.sent.map(() => no(`environment ${batch.exception.environment} is not configured on the worker`));
  const senders = createSenders();
  const answers: VerifiedDecision[] = [];
  for (const sent of batch.sent) answers.push(await one(deps, place, batch, sent, senders));
  return answers;
}

async function one(deps: EngineDeps, place: Place, batch: Batch, sent: SentDecision, senders: Senders): Promise<VerifiedDecision> {
  const { exception, delegations } = batch;
  // It is written down later on: what cannot be would be tried for ever.
  if (!hasCanonicalForm(sent)) return no('the message holds what is no text of Unicode');
  const who = await whoSent(deps, place, batch, sent, senders);
  if ('refused' in who) return who;
  const { person, comment, until, to } = who;
  const isRequester = isSamePerson(place, person, requesterOf(exception));
  if (isRequester && (sent.kind === 'approve' || sent.kind === 'reject' || sent.kind === 'delegate'))
    return no('the requester may not decide');
  const ends = until === undefined ? undefined : timeOf(until);
  if (ends !== undefined && !(ends > Date.now())) return no(`until ${until} is no time to come`);
  if (sent.kind === 'delegate') {
    if (to === undefined || to === '') return no('to is missing: whom to delegate to');
    if (isSamePerson(place, byName(place, to, 'claim'), requesterOf(exception))) return no('the requester may not decide, for nobody');
    if (knownAs(place, to) === person.name) return no('nobody delegates to himself');
  }
  const seats = seatsOf(place, person, exception, delegations);
  const voter: Voter = { name: person.name, subject: person.subject, level: person.level, seats, statement: person.statement };
  return { voter, isRequester, comment, until, to: to === undefined ? undefined : knownAs(place, to) };
}

/** Requests of before people were told apart know a name only. */
const requesterOf = ({ requester, requestedBy }: ExceptionRequest): Pick<Person, 'name' | 'subject'> =>
  requester ?? { name: requestedBy, subject: requestedBy };

/** The own place first; then those of people somebody stands in for, except the requester's: that one may not decide through others. */
function seatsOf(place: Place, person: Person, exception: ExceptionRequest, delegations: AdHocDelegation[]): Seat[] {
  if (groupsOf(place, person).length === 0) return [];
  const own: Seat = { person: person.name, groups: groupsOf(place, person), tokenGroups: person.groups };
  const now = Date.now();
  const configured = place.delegations
    .filter(({ to, until }) => knownAs(place, to) === person.name && Date.parse(until) > now)
    .map(({ from }) => ({ name: knownAs(place, from), groups: [] as string[] }));
  const asked = delegations.filter(({ to }) => to === person.name).map(({ from }) => ({ name: from.person, groups: from.tokenGroups }));
  const others = [...configured, ...asked]
    .filter(({ name }) => !isSamePerson(place, { name, subject: name }, requesterOf(exception)))
    .map(({ name, groups }) => ({ person: name, groups: groupsOf(place, { name, groups }), tokenGroups: groups }));
  return [own, ...others];
}

type Who = { refused: string } | { person: Person; comment?: string; until?: string; to?: string };

async function whoSent(deps: EngineDeps, place: Place, batch: Batch, sent: SentDecision, senders: Senders): Promise<Who> {
  const { comment, until, to } = sent;
  if (sent.statement !== undefined) return signed(deps, place, batch, sent, sent.statement);
  if (place.identity === 'statement') return no(`${place.name} asks for a signed statement (steward ${sent.kind} --key, or a token)`);
  if (sent.by === '') return no('approver is missing');
  if (place.identity === 'identity' && !(await senders.hasSent(sent))) return no(`the message was not sent by ${sent.by}`);
  return { person: byName(place, sent.by, place.identity), comment, until, to };
}

async function signed(
  deps: EngineDeps,
  place: Place,
  { exception, workflowId }: Batch,
  sent: SentDecision,
  statement: string,
): Promise<Who> {
  const { digest, deadline, environment } = exception;
  const expected = { exception: digest, request: deadline, environment, decision: sent.kind };
  // A retry looks at the same message again; the same statement in another message is a replay.
  const verified = await verifyDecision(place, deps.workerKeys, statement, expected, new Date(sent.at));
  if ('refused' in verified) return verified;
  const { person, claims } = verified;
  // Before it is used up: whoever puts another's statement into a message of his own shall not spend it.
  if (sent.by !== '' && knownAs(place, sent.by) !== person.name) return no(`the statement is not ${sent.by}'s`);
  const user = `${workflowId} ${deadline} ${sent.id}`;
  if ((await deps.catalog.statements.use(claims, user)).user !== user)
    return no('the statement is refused: it was used before; sign another');
  return { person, comment: claims.comment, until: claims.until, to: claims.to };
}

const no = (refused: string): { refused: string } => ({ refused });

interface Senders {
  /** Did this person's client send this very message? Temporal's identity is a claim too, unless a proxy sets it. */
  hasSent(sent: SentDecision): Promise<boolean>;
}

/** Reads each run's history once a batch. */
function createSenders(): Senders {
  const runs = new Map<string, Promise<Messages>>();
  const messageAt = async ({ workflowId, runId, name, nth }: Arrival): Promise<Message | undefined> => {
    const key = `${workflowId} ${runId}`;
    const read = runs.get(key) ?? messagesIn({ workflowId, runId });
    runs.set(key, read);
    return (await read).get(name)?.[nth];
  };
  return {
    async hasSent({ by, arrivedIn, via }) {
      const message = await messageAt(arrivedIn);
      if (!message?.from) return message?.identity === by;
      // Passed on by an operation, as the server says and not only the message: then its own history tells who sent it there.
      if (message.from.workflowId !== via?.workflowId || message.from.runId !== via.runId) return false;
      const first = await messageAt(via);
      return first !== undefined && first.from === undefined && first.identity === by;
    },
  };
}

interface Message {
  identity: string;
  /** The run that sent it, where a workflow did. */
  from?: Holder;
}

/** Signals and updates of a run in their order, by name. */
type Messages = ReadonlyMap<string, Message[]>;

async function messagesIn({ workflowId, runId }: Holder): Promise<Messages> {
  const { events } = await getClient().workflow.getHandle(workflowId, runId).fetchHistory();
  const found = new Map<string, Message[]>();
  for (const event of events ?? []) {
    const signal = event.workflowExecutionSignaledEventAttributes;
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    const name = signal?.signalName ?? update?.input?.name;
    if (!name) continue;
    const from = signal?.externalWorkflowExecution;
    const message = {
      identity: signal?.identity ?? update?.meta?.identity ?? '',
      ...(from && { from: { workflowId: from.workflowId ?? '', runId: from.runId ?? '' } }),
    };
    found.set(name, [...(found.get(name) ?? []), message]);
  }
  return found;
}
