import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

/** Where the built workflow code lies, beside this file: bundled once at build time, so that a worker starts a second sooner. */
export const workflowBundlePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));

const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));

/** Bundles workflows/ for the sandbox; fails on any import that a workflow may not have. */
export async function buildWorkflowBundle(): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  await writeFile(workflowBundlePath, code);
}

const quiet = new DefaultLogger('WARN');

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWorkflowBundle();
