/** What people are told, and how it gets to them. */
export { createNotifications } from './deliver.js';
export type { NotificationDeps, Notifications } from './deliver.js';
export { cloudEvent, eventTypeOf } from './cloud-event.js';
export type { CloudEvent, ExceptionData } from './cloud-event.js';
export type { EmailTarget, KafkaTarget, NotificationSettings, NotificationTarget, WebhookTarget } from './targets.js';
