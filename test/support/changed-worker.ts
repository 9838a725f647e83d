import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot, stewardFolder } from '../../local/project-root.js';
import { bundleChanged } from '../replay/workflow-code.js';
import type { SourceChange } from '../replay/workflow-code.js';

/** The worker as the next release may have it: the one that was built, with changed workflows. */
export async function changedWorker(...changes: SourceChange[]): Promise<{ program: string; remove(): Promise<void> }> {
  const { code } = await bundleChanged(...changes);
  // Inside of the project, so that packages and data files are found.
  const folder = await mkdtemp(join(stewardFolder, 'changed-worker-'));
  await cp(join(projectRoot, 'dist'), folder, { recursive: true });
  await writeFile(join(folder, 'worker', 'workflow-bundle.js'), code);
  return { program: join(folder, 'worker', 'main.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}
