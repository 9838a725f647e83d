export { openCodecServer } from './listen.js';
