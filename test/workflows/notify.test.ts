import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { topicRecordCounts, withKafkaAdmin } from '../../activities/support/kafka.js';
import { notificationWorkflowId } from '../../lifecycle/ids.js';
import type { Notification, NotifyResult } from '../../lifecycle/notifications.js';
import { eventually } from '../support/eventually.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { notification } from '../support/notification-samples.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld, type StewardWorld, type WorkerProcess } from '../support/steward-world.js';
import { openTlsHost, type TlsHost } from '../support/tls-host.js';
import { makeHook, startWebhookReceiver, type Hook, type WebhookReceiver } from '../support/webhook-receiver.js';

/** Leads to this machine and is not taken for loopback, so the mail has to be encrypted. */
const ELSEWHERE = '0.0.0.0';
const account = { user: 'steward', password: 'correct-horse-battery' };
/** Long enough for a target that comes back, short enough to see one given up. */
const PATIENCE = '15 seconds';

/** Proves that people are told: every target for itself, the same event however often it is tried, and never at the cost of anybody else. */
describe('notify', () => {
  let world: StewardWorld;
  let worker: WorkerProcess;
  let host: TlsHost;
  let mail: MailServer;
  let late: WebhookReceiver;
  let closed: WebhookReceiver;
  const [hook, gone]: [Hook, Hook] = [makeHook(), makeHook()];
  /** Requests to a target that takes them and never answers. */
  let hanging = 0;
  const topic = (): string => `${world.topicPrefix}notifications`;

  beforeAll(async () => {
    world = await openWorld();
    host = await openTlsHost();
    host.pages.set('/hook', hook.handle);
    host.pages.set('/gone', gone.handle);
    host.pages.set('/silent', () => void hanging++);
    [late, closed] = [await startWebhookReceiver(), await startWebhookReceiver()];
    await Promise.all([late.down(), closed.down()]);
    mail = await startMailServer({ account, certificate: host });
    await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.createTopics({ topics: [topic()], partitions: 1, replicas: 1 }));
    const webhook = (name: string, url: string) => ({ type: 'webhook', url, secret: `env:SECRET_${name}` });
    const targets = {
      hook: webhook('HOOK', `https://${host.host}/hook`),
      gone: { ...webhook('GONE', `https://${host.host}/gone`), events: ['requested'] },
      late: { ...webhook('LATE', late.url), events: ['requested', 'decided'] },
      closed: { ...webhook('CLOSED', closed.url), events: ['requested'] },
      silent: { ...webhook('HOOK', `https://${host.host}/silent`), events: ['expiring'] },
      topic: { type: 'kafka', bootstrapServers: [stackAddresses().kafka], topic: topic() },
      mail: {
        type: 'email',
        host: ELSEWHERE,
        port: mail.port,
        username: account.user,
        password: 'env:SMTP_PASSWORD',
        from: 'steward@example.org',
        recipients: { stewards: ['ben@example.org'] },
      },
    };
    world.options.notifications = { source: 'urn:test:steward', targets };
    world.options.timeouts = { notificationPatience: PATIENCE };
    worker = await world.startWorker({
      SECRET_HOOK: hook.secret,
      SECRET_GONE: gone.secret,
      SECRET_LATE: late.secret,
      SECRET_CLOSED: closed.secret,
      SMTP_PASSWORD: account.password,
      NODE_EXTRA_CA_CERTS: host.authority,
    });
  });
  afterAll(async () => {
    await world.close();
    await Promise.all([host.close(), mail.close(), late.down()]);
    await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.deleteTopics({ topics: [topic()] }));
  });

  const told = (changes: Partial<Notification>): Notification => notification({ id: `exception:${Math.random()}/x/1`, ...changes });
  const notify = (what: Notification) => world.start('notify', notificationWorkflowId(what.id), what);
  const triedOften = async (handle: WorkflowHandle): Promise<number> =>
    ((await handle.describe()).raw.pendingActivities ?? []).filter(({ attempt }) => (attempt ?? 0) > 2).length;

  it('reaches who can be reached; one that comes back hears of it once, one that does not is given up, and a no is a no', async () => {
    const what = told({});
    hook.answers = [{ status: 503, headers: { 'retry-after': '2' } }];
    gone.answers = [{ status: 410 }];
    const handle = await notify(what);
    await eventually(async () => (await triedOften(handle)) === 2, 'the two that are down are tried again and again');
    await eventually(async () => mail.taken.length > 0 && hook.taken.length > 0, 'the others have been told meanwhile');
    expect(late.attempts).toEqual([]);
    await late.up();

    const { targets } = (await handle.result()) as NotifyResult;
    expect(targets).toEqual({
      hook: { state: 'delivered' },
      late: { state: 'delivered' },
      topic: { state: 'delivered' },
      mail: { state: 'delivered' },
      gone: { state: 'gave up', why: expect.stringMatching(/^SystemRefused: webhook gone at https:\/\/localhost:\d+ answered 410/) },
      closed: { state: 'gave up', why: expect.stringMatching(/^SystemUnavailable: webhook closed at .* cannot be reached: ECONNREFUSED/) },
    });
    expect(hook.attempts).toEqual([what.id, what.id]);
    expect(gone.attempts).toEqual([what.id]);
    expect([hook, late].map(({ taken, doubts }) => [taken.map(({ event }) => event.id), doubts])).toEqual([
      [[what.id], []],
      [[what.id], []],
    ]);
    const { event } = late.taken[0]!;
    expect(event).toMatchObject({ source: 'urn:test:steward', subject: what.line, time: what.time });
    expect(event.data?.link).toContain(`/namespaces/${world.namespace}/workflows/exception`);
    expect(mail.taken).toMatchObject([{ to: ['ben@example.org'], user: account.user, isEncrypted: true }]);
    expect((await topicRecordCounts([stackAddresses().kafka], [topic()])).get(topic())).toBe(1);
    expect(worker.log()).toMatch(/"target":"closed".*a notification was given up|a notification was given up.*"target":"closed"/);
  });

  it('asks only those who want to know, and refuses what is none', async () => {
    const decided = await notify(told({ type: 'decided', decision: 'granted', by: 'ben@example.org' }));
    expect(Object.keys(((await decided.result()) as NotifyResult).targets).sort()).toEqual(['hook', 'late', 'mail', 'topic']);
    const nothing = await world.start('notify', 'notify:nothing', { id: 'nothing' });
    await expect(nothing.result()).rejects.toMatchObject({ cause: { cause: { type: 'InvalidInput' } } });
  });

  it('has nobody wait for a target that hangs', async () => {
    const warnings = await Promise.all(Array.from({ length: 12 }, () => notify(told({ type: 'expiring' }))));
    await eventually(async () => hanging >= 4, 'the target hangs with all that it may have at a time');
    const decided = await notify(told({ type: 'decided' }));
    expect((await decided.result()) as NotifyResult).toMatchObject({ targets: { hook: { state: 'delivered' } } });
    const heard = () => hook.taken.filter(({ event }) => event.type === 'steward.exception.expiring.v1').length;
    await eventually(async () => heard() === warnings.length, 'the others are told of everything', 10_000);
    await Promise.all(warnings.map((warning) => warning.terminate('the test is over')));
  });

  it('leaves no secret in histories and logs', async () => {
    const secrets = [account.password, ...[hook, gone, late, closed].map(({ secret }) => secret.slice('whsec_'.length))];
    let written = worker.log();
    for await (const { workflowId } of world.client.workflow.list())
      written += JSON.stringify(await world.client.workflow.getHandle(workflowId).fetchHistory());
    const read = written.replace(/"data":"([A-Za-z0-9+/=]+)"/g, (_, payload: string) => Buffer.from(payload, 'base64').toString());
    // What is there is found: payloads are read as they are.
    expect(read).toContain(`"rule":"${notification().rule}"`);
    expect(read).toContain('answered 410');
    const forms = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
    expect(forms.filter((form) => written.includes(form) || read.includes(form))).toEqual([]);
  });
});
