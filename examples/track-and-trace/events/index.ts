export { consumeTable, type ConsumeOptions } from './consume.js';
export { produceTripEvents, type ProduceOptions } from './produce.js';
export { parseCsv, toTable, type Row } from './table.js';
