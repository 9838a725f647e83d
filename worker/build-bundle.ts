import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Where the built workflow code lies, beside this file: bundled once at build time, so that a worker starts a second sooner. */
export const workflowBundlePath = pathOf('./workflow-bundle.js');
/** The same for workers that encrypt: failures are written in another form. */
export const encryptedWorkflowBundlePath = pathOf('./workflow-bundle-encrypted.js');

const workflowsPath = pathOf('../workflows/index.js');
const workflowInterceptorModules = [pathOf('../workflows/endings.js')];
const failureConverterPath = pathOf('../encryption/failure-converter.js');

/** Bundles workflows/ for the sandbox; fails on any import that a workflow may not have. */
export async function buildWorkflowBundles(): Promise<void> {
  const plain = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger: quiet });
  await writeFile(workflowBundlePath, plain.code);
  const encrypted = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, failureConverterPath, logger: quiet });
  await writeFile(encryptedWorkflowBundlePath, encrypted.code);
}

const quiet = new DefaultLogger('WARN');

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWorkflowBundles();
