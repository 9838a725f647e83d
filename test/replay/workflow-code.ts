import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import type { InjectedSinks, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { projectRoot, stewardFolder } from '../../local/project-root.js';
import type { RunSinks } from '../../workflows/endings.js';

/** The workflow code as it lies here, bundled as the build does it. */
export const bundleSources = (): Promise<WorkflowBundleWithSourceMap> => bundle(projectRoot);

/** Nobody hears of runs that are replayed. */
export const sinks: InjectedSinks<RunSinks> = { runs: { ended: { fn: () => undefined, callDuringReplay: false } } };

/** A change of one source: this text, which has to stand there once, becomes that one. */
export interface SourceChange {
  /** From the root of the project, e.g. `workflows/run.ts`. */
  file: string;
  from: string;
  to: string;
}

/** Everything that the workflow code is made of (bundle.test.ts keeps it so). */
const SOURCES = ['workflows', 'lifecycle', 'descriptors/finding.ts'];

/** The workflow code as it would be after changes. Throws when a change does not fit the sources any more. */
export async function bundleChanged(...changes: SourceChange[]): Promise<WorkflowBundleWithSourceMap> {
  // Inside of the project, so that the packages are found.
  await mkdir(stewardFolder, { recursive: true });
  const folder = await mkdtemp(join(stewardFolder, 'changed-workflows-'));
  try {
    for (const source of SOURCES) await cp(join(projectRoot, source), join(folder, source), { recursive: true });
    for (const { file, from, to } of changes) {
      const text = await readFile(join(folder, file), 'utf8');
      if (text.split(from).length !== 2) throw new Error(`${file} does not hold exactly once what is to be changed: ${from}`);
      await writeFile(
        join(folder, file),
        text.replace(from, () => to),
      );
    }
    return await bundle(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const bundle = (folder: string): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({
    workflowsPath: join(folder, 'workflows', 'index.ts'),
    workflowInterceptorModules: [join(folder, 'workflows', 'endings.ts')],
    logger: new DefaultLogger('ERROR'),
  });
