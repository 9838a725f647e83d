import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import { ActivityKeys, activityName } from './activity-key.js';
import { answerOf, startGrpcProxy } from './grpc.js';
import type { Answer, Call } from './grpc.js';

const api = proto.temporal.api;
const service = api.workflowservice.v1;

type Command = temporal.api.command.v1.ICommand;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Where a run is when a message between worker and server passes: each is a place to stop it at. */
export type Passing = { workflowId: string; runId: string } & (
  | /** The worker says what is to be done; the server does not know yet. */ {
      point: 'decided';
      /** Keys of the activities that are asked for. */
      activities: string[];
      timers: number;
    }
  | /** The server knows what is to be done. */ { point: 'accepted'; activities: string[]; timers: number }
  | /** The server says what has happened; the worker does not know yet. */ { point: 'told'; events: HistoryEvent[] }
  | /** The server has given the activity away; the worker does not know yet. */ { point: 'taken'; activity: string; attempt: number }
  | /** The activity has had its effect (or has failed); the server does not know yet. */ { point: 'effect'; activity: string; ok: boolean }
  | /** The server knows the result; the worker does not know that. */ { point: 'answered'; activity: string }
);

/** What the server is told in place of the truth. */
export interface Injected {
  type: string;
  message: string;
}

/** Passes as it is; as a failure of the activity; or not at all, as if it had been lost on its way to the worker. */
export type Verdict = Injected | 'lost' | void;

/** Looks at each message that passes; it goes on when the promise resolves. */
export type Gate = (passing: Passing) => Promise<Verdict>;

/** The line between workers and Temporal: it can be stopped at every message. What passes is the real thing on both sides. */
export interface Wire {
  /** Where workers connect to. */
  readonly address: string;
  gate: Gate;
  /** No activity of this queue is given away, until `openQueues`. Polls that wait at the server are taken back. */
  closeQueue(queue: string): void;
  openQueues(): void;
  close(): Promise<void>;
}

interface Run {
  workflowId: string;
  runId: string;
}

/** @param server host:port of Temporal */
export async function startWire(server: string): Promise<Wire> {
  const runs = new Map<string, Run>();
  const keys = new Map<string, ActivityKeys>();
  const activities = new Map<string, Run & { activity: string }>();
  const closed = new Map<string, { opened: Promise<void>; open(): void }>();
  const polls = new Set<{ queue: string; ended: AbortController }>();

  const keysOf = ({ runId }: Run): ActivityKeys => keys.get(runId) ?? keys.set(runId, new ActivityKeys()).get(runId)!;
  const pass = (call: Call, passing: Passing): Promise<Verdict> => Promise.race([wire.gate(passing), call.gone]);

  async function takeTask(call: Call, task: temporal.api.workflowservice.v1.IPollWorkflowTaskQueueResponse): Promise<Verdict> {
    if (!task.taskToken?.length || !task.workflowExecution) return undefined;
    const run = { workflowId: task.workflowExecution.workflowId!, runId: task.workflowExecution.runId! };
    runs.set(token(task.taskToken), run);
    const events = task.history?.events ?? [];
    // A run that is read from its beginning, by a worker that does not know it: its keys are those of its history.
    for (const { activityTaskScheduledEventAttributes: asked } of events)
      if (asked) keysOf(run).keyOf(asked.activityId!, activityName(asked.activityType!.name!, asked.input));
    return pass(call, { ...run, point: 'told', events });
  }

  const handlers: Record<string, (call: Call) => Promise<Answer>> = {
    async PollWorkflowTaskQueue(call) {
      const answer = await call.forward();
      const verdict = answer.message && (await takeTask(call, service.PollWorkflowTaskQueueResponse.decode(answer.message)));
      return verdict === 'lost' ? nothing : answer;
    },

    async RespondWorkflowTaskCompleted(call) {
      const request = service.RespondWorkflowTaskCompletedRequest.decode(call.request);
      const run = runs.get(token(request.taskToken));
      if (!run) return call.forward();
      const what = askedFor(keysOf(run), request.commands ?? []);
      // Every activity is to pass here on its own.
      for (const { scheduleActivityTaskCommandAttributes: asked } of request.commands ?? []) if (asked) asked.requestEagerExecution = false;
      await pass(call, { ...run, point: 'decided', ...what });
      const answer = await call.forward({ request: service.RespondWorkflowTaskCompletedRequest.encode(request).finish() });
      // A decision that came too late is not accepted: the run decides again.
      if (!answer.message) return answer;
      await pass(call, { ...run, point: 'accepted', ...what });
      const next = service.RespondWorkflowTaskCompletedResponse.decode(answer.message).workflowTask;
      if (next) await takeTask(call, next);
      return answer;
    },

    async PollActivityTaskQueue(call) {
      const { taskQueue, namespace } = service.PollActivityTaskQueueRequest.decode(call.request);
      const answer = await pollOpen(call, taskQueue?.name ?? '');
      const task = answer.message && service.PollActivityTaskQueueResponse.decode(answer.message);
      if (!task?.taskToken?.length || !task.workflowExecution) return answer;
      const run = { workflowId: task.workflowExecution.workflowId!, runId: task.workflowExecution.runId! };
      const activity = keysOf(run).keyOf(task.activityId, activityName(task.activityType!.name!, task.input));
      activities.set(token(task.taskToken), { ...run, activity });
      const verdict = await pass(call, { ...run, point: 'taken', activity, attempt: task.attempt });
      if (!verdict) return answer;
      if (verdict !== 'lost') await failInstead(call, { ...run, activity }, namespace, task.taskToken, verdict);
      return nothing;
    },

    RespondActivityTaskCompleted: (call) => respond(call, service.RespondActivityTaskCompletedRequest.decode(call.request), true),
    RespondActivityTaskFailed: (call) => respond(call, service.RespondActivityTaskFailedRequest.decode(call.request), false),
    RespondActivityTaskCanceled: (call) => respond(call, service.RespondActivityTaskCanceledRequest.decode(call.request), false),
  };

  async function respond(call: Call, { namespace, taskToken }: { namespace: string; taskToken: Uint8Array }, ok: boolean): Promise<Answer> {
    const known = activities.get(token(taskToken));
    if (!known) return call.forward();
    const verdict = await pass(call, { ...known, point: 'effect', ok });
    if (verdict && verdict !== 'lost') {
      await failInstead(call, known, namespace, taskToken, verdict);
      return nothing;
    }
    const answer = await call.forward();
    await pass(call, { ...known, point: 'answered' });
    return answer;
  }

  async function failInstead(call: Call, of: Run & { activity: string }, namespace: string, taskToken: Uint8Array, injected: Injected) {
    await call.forward({ method: 'RespondActivityTaskFailed', request: failed(namespace, taskToken, injected) });
    await pass(call, { ...of, point: 'answered' });
  }

  /** Polls where polls are let through; a poll that waits while its queue is closed is taken back and sent again afterwards. */
  async function pollOpen(call: Call, queue: string): Promise<Answer> {
    for (;;) {
      const shut = closed.get(queue);
      if (shut) await Promise.race([shut.opened, call.gone]);
      const ended = new AbortController();
      const poll = { queue, ended };
      polls.add(poll);
      try {
        return await call.forward({ ended: ended.signal });
      } catch (error) {
        if (!ended.signal.aborted) throw error;
      } finally {
        polls.delete(poll);
      }
    }
  }

  const proxy = await startGrpcProxy(server, (call) => handlers[call.method]?.(call) ?? call.forward());
  const wire: Wire = {
    address: proxy.address,
    gate: async () => undefined,
    closeQueue(queue) {
      if (closed.has(queue)) return;
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      closed.set(queue, { opened, open });
      for (const poll of polls) if (poll.queue === queue) poll.ended.abort();
    },
    openQueues() {
      for (const { open } of closed.values()) open();
      closed.clear();
    },
    close: () => proxy.close(),
  };
  return wire;
}

function askedFor(keys: ActivityKeys, commands: Command[]): { activities: string[]; timers: number } {
  const activities = commands.flatMap(({ scheduleActivityTaskCommandAttributes: asked }) =>
    asked ? [keys.keyOf(asked.activityId!, activityName(asked.activityType!.name!, asked.input))] : [],
  );
  return { activities, timers: commands.filter(({ startTimerCommandAttributes: timer }) => timer).length };
}

const failed = (namespace: string, taskToken: Uint8Array, { type, message }: Injected): Uint8Array =>
  service.RespondActivityTaskFailedRequest.encode({
    namespace,
    taskToken,
    identity: 'wire',
    failure: { message, source: 'TypeScriptSDK', applicationFailureInfo: { type, nonRetryable: true } },
  }).finish();

/** An empty message: of a poll, that there is nothing to do, so that the worker asks again. */
const nothing: Answer = answerOf(new Uint8Array());

const token = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
