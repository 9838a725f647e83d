export { channelsOf, type Channel, type Message, type SchemaFormat } from './channels.js';
export { inStageOrder, tasksOf, type DeclaredTask } from './tasks.js';
