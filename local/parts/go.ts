import { join } from 'node:path';
import { projectRoot } from '../project-root.js';
import type { FetchContext } from './part.js';
import { runTool } from './run-tool.js';

/**
 * Builds the main package `packagePath` of the pinned module `local/go/<module>` into `output`.
 * The committed go.sum is the digest list: Go itself refuses a module whose content differs, and -mod=readonly keeps go from changing it.
 */
export async function buildGo(module: string, packagePath: string, output: string, context: FetchContext): Promise<void> {
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', output, packagePath];
  await runTool('go', args, join(projectRoot, 'local', 'go', module), context, { GOWORK: 'off' });
}

/** The files that pin a Go part. */
export function goPins(module: string): string[] {
  return [`local/go/${module}/go.mod`, `local/go/${module}/go.sum`];
}
