import { describe, expect, it } from '@jest/globals';
import { CloudEvent, type CloudEventV1 } from 'cloudevents';
import { cloudEvent, type KafkaTarget } from '../../../../activities/notifications/index.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { notificationTypes, type Notification } from '../../../../lifecycle/notifications.js';
import { notification, notificationsTo, places } from '../../../support/notification-samples.js';

/** Proves what an event looks like: to the specification, to its own SDK, and to people. */
describe('an event', () => {
  it.each(notificationTypes)('of type %s has what CloudEvents 1.0 requires, and what its own schema does', (type) => {
    const event = cloudEvent(notification({ type }), places);
    expect(event).toMatchObject({ specversion: '1.0', type: `steward.exception.${type}.v1`, datacontenttype: 'application/json' });
    // The SDK throws for a missing attribute, an id or source that is empty, a time that is none, a name with capitals.
    expect(new CloudEvent(event as CloudEventV1<unknown>, true).validate()).toBe(true);
    expect(Object.keys(event).every((name) => /^[a-z0-9]+$/.test(name))).toBe(true);
    expect(notificationsTo({}).targetsOf(notification({ type }))).toEqual({ targets: [], patienceMs: 1_000 });
  });

  it('is the same whenever it is made, and says what people need', () => {
    const made = cloudEvent(notification(), places);
    expect(cloudEvent(notification(), places)).toEqual(made);
    const { id, time, line } = notification();
    expect(made).toMatchObject({ id, time, source: places.source, subject: line });
    expect(made.data).toMatchObject({
      exception: '0123456789ab',
      digest: notification().exception,
      link: `${places.uiUrl}/workflows/exception%3Aprod%3Aurn%3Adpds%3Aorg.test%3Adataproducts%3Atrips%3A0123456789ab`,
      command: 'steward approve 0123456789ab',
    });
    expect(made.data).not.toHaveProperty('type');
  });

  it('holds a command only where something is to be decided', () => {
    const withCommand = notificationTypes.filter((type) => cloudEvent(notification({ type }), places).data.command !== undefined);
    expect(withCommand).toEqual(['requested', 'reminder', 'escalated']);
  });
});

describe('a notification', () => {
  it('goes to the targets that want its type', () => {
    const kafka: KafkaTarget = { type: 'kafka', bootstrapServers: ['127.0.0.1:1'], topic: 't' };
    const { targetsOf } = notificationsTo({ all: kafka, some: { ...kafka, events: ['decided', 'expired'] } });
    expect(targetsOf(notification()).targets).toEqual(['all']);
    expect(targetsOf(notification({ type: 'decided' })).targets).toEqual(['all', 'some']);
  });

  it('is refused when no event can be made of it, with everything that is wrong', () => {
    const refusal = (changes: object): string => {
      try {
        notificationsTo({}).targetsOf({ ...notification(), ...changes } as Notification);
      } catch (error) {
        if (error instanceof Failure && error.type === 'InvalidInput') return error.message;
      }
      return 'taken';
    };
    expect(refusal({})).toBe('taken');
    expect(refusal({ type: 'shouted', time: 'soon' })).toMatch(/type must be one of requested, .*; time must be/);
    expect(refusal({ exception: 'sha256:12' })).toMatch(/exception must be a digest/);
    expect(refusal({ evidence: 'all' })).toMatch(/evidence must be array/);
    expect(refusal({ deadline: 'soon' })).toMatch(/deadline must match format "date-time"/);
    expect(() => notificationsTo({}).targetsOf(undefined as unknown as Notification)).toThrow(/id is missing/);
  });

  it('is not taken to a target that is gone', async () => {
    const gone = notificationsTo({}).deliver('gone', notification(), new AbortController().signal);
    await expect(gone).rejects.toMatchObject({ type: 'NotFound' });
  });
});
