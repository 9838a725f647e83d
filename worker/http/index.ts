export { bearerOf } from './bearer.js';
export { readBody } from './body.js';
export { Refusal, refusalOf } from './refusal.js';
export { ANSWER_WITHIN_MS, openServer } from './server.js';
export type { Answer, HttpServer, Respond } from './server.js';
