import { rmSync } from 'node:fs';

/** Stops the stack that global-setup.ts started, and nothing else. */
export default async function tearDownStack(): Promise<void> {
  const stack = globalThis.stewardTestStack;
  if (!stack) return;
  await stack.stop();
  rmSync(stack.home, { recursive: true, force: true });
}
