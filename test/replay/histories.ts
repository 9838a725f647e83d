import { fileURLToPath } from 'node:url';

/** One file a recorded run, `<operation>-<outcome>.json`. */
export const historiesFolder = fileURLToPath(new URL('./histories', import.meta.url));
