import { exceptionWorkflowId, shortDigest } from '../../lifecycle/ids.js';
import type { Notification, NotificationType } from '../../lifecycle/notifications.js';
import { runLink } from '../../lifecycle/run-link.js';

/** Media type of a whole event as JSON: the structured mode of CloudEvents 1.0 over HTTP and Kafka. */
export const CLOUD_EVENT = 'application/cloudevents+json';

/** What an event says, besides the attributes around it: exception-data.schema.json. */
export interface ExceptionData extends Omit<Notification, 'id' | 'type' | 'time' | 'exception'> {
  /** The first 12 digits of the digest: what people and commands name it by. */
  exception: string;
  digest: string;
  /** The request in the Temporal UI. */
  link: string;
  /** What an approver types; only where something is to be decided. */
  command?: string;
}

type EventType = `steward.exception.${NotificationType}.v1`;

/** An event as the CloudEvents specification 1.0 wants it. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: EventType;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  dataschema: string;
  data: ExceptionData;
}

/** Names the shape of the data; another shape gets another number, here and in the events' types. */
const DATA_SCHEMA = 'urn:steward:schema:exception-data:v1';

export const eventTypeOf = (type: NotificationType): EventType => `steward.exception.${type}.v1`;
export const typeOfEvent = (type: EventType): NotificationType => type.split('.')[2] as NotificationType;

const TO_DECIDE: ReadonlySet<NotificationType> = new Set<NotificationType>(['requested', 'reminder', 'escalated']);

/** The same event for the same notification, whenever it is made. @param uiUrl base of links into the Temporal UI, with the namespace */
export function cloudEvent(notification: Notification, { source, uiUrl }: { source: string; uiUrl: string }): CloudEvent {
  const { id, type, time, exception, ...rest } = notification;
  const short = shortDigest(exception);
  const request = exceptionWorkflowId(rest.environment, rest.line, exception);
  return {
    specversion: '1.0',
    id,
    source,
    type: eventTypeOf(type),
    subject: rest.line,
    time,
    datacontenttype: 'application/json',
    dataschema: DATA_SCHEMA,
    data: {
      exception: short,
      digest: exception,
      ...rest,
      link: runLink(uiUrl, { workflowId: request }),
      ...(TO_DECIDE.has(type) && { command: `steward approve ${short}` }),
    },
  };
}
