import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AskingWorld, decide } from '../support/asking-world.js';
import { eventually } from '../support/eventually.js';
import { outcomeOf } from '../support/operations.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

/** Proves that people hear of a request through its whole life, and that a target which is down keeps nobody from deciding. */
describe('what a request tells', () => {
  let asking: AskingWorld;
  let hook: WebhookReceiver;
  let dead: WebhookReceiver;
  beforeAll(async () => {
    [hook, dead] = [await startWebhookReceiver(), await startWebhookReceiver()];
    await dead.down();
    const target = ({ url }: WebhookReceiver, secret: string) => ({ type: 'webhook', url, secret: `env:${secret}` });
    asking = await AskingWorld.open(
      {
        living: {
          roles: ['owners'],
          expiresAfter: '8 seconds',
          reminderEvery: '1 second',
          escalation: { after: '2 seconds', groups: ['board'] },
        },
        refused: { roles: ['owners'], expiresAfter: '1 day' },
      },
      {
        groups: { owners: ['ann@localhost'], board: ['zoe@localhost'] },
        approvers: ['owners'],
        starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
        expiryReminder: '1 day',
      },
      {
        notifications: { targets: { hook: target(hook, 'HOOK'), dead: target(dead, 'DEAD') } },
        timeouts: { notificationPatience: '20 seconds' },
        secrets: { HOOK: hook.secret, DEAD: dead.secret },
      },
    );
  });
  afterAll(async () => {
    await asking.close();
    await hook.down();
  });

  const toldOf = (line: string) => hook.taken.filter(({ event }) => event.subject === line).map(({ event }) => event);
  const types = (line: string): string[] => toldOf(line).map(({ type }) => type.split('.').at(-2)!);

  it('begins with the request, reminds, asks the second group, says what was decided, and that it ends and has ended', async () => {
    const asked = await asking.ask('living1', { reason: 'moving house' });
    const { line } = asked.product;
    await eventually(async () => types(line).includes('escalated') && types(line).includes('reminder'), 'people were reminded');
    const requested = toldOf(line).find(({ type }) => type.includes('requested'))!;
    expect(requested.data).toMatchObject({
      rule: 'policy/living',
      requestedBy: 'developer@localhost',
      reason: 'moving house',
      to: ['owners'],
    });
    expect(toldOf(line).find(({ type }) => type.includes('escalated'))!.data).toMatchObject({ to: ['owners', 'board'] });
    expect(await decide(asked, 'zoe@localhost', 'approve', { comment: 'fine' })).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    await eventually(async () => types(line).includes('expired'), 'its end is told');
    const order = types(line).filter((type) => type !== 'reminder' && type !== 'escalated');
    expect(order).toEqual(['requested', 'decided', 'expiring', 'expired']);
    expect(toldOf(line).find(({ type }) => type.includes('decided'))!.data).toMatchObject({
      decision: 'granted',
      by: 'zoe@localhost',
      comment: 'fine',
    });
    expect(new Set(toldOf(line).map(({ id }) => id)).size).toBe(toldOf(line).length);
    expect(hook.doubts).toEqual([]);
  });

  it('is decided and told elsewhere while a target is down', async () => {
    const asked = await asking.ask('refused1');
    expect(await decide(asked, 'ann@localhost', 'reject', { comment: 'no' })).toBe('rejected');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'ExceptionRejected' });
    await eventually(async () => types(asked.product.line).includes('decided'), 'the decision is told');
    expect(toldOf(asked.product.line).at(-1)!.data).toMatchObject({ decision: 'rejected', by: 'ann@localhost' });
    await asked.request.result();
  });
});
