import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../local/project-root.js';

export interface Run {
  ms: number;
  /** What of it the processor worked, both threads of Node together: it waited for other processes otherwise. */
  processorMs: number;
  /** The most memory that was resident at once. */
  peakMb: number;
}

const PROGRAM = join(projectRoot, 'dist', 'client', 'main.js');
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write(`usage ${JSON.stringify(process.resourceUsage())}`))",
)}`;

/** One start of the command line from `dist/`, which has to succeed. @param cache where verdicts are kept; without one nothing is known */
export async function commandLine(args: string[], cache?: string): Promise<Run> {
  const none = cache === undefined ? await mkdtemp(join(tmpdir(), 'steward-bench-cache-')) : undefined;
  try {
    const began = performance.now();
    const { stderr } = await execa(process.execPath, ['--import', TELL_USAGE, PROGRAM, ...args], {
      env: { XDG_CACHE_HOME: cache ?? none },
    });
    const ms = performance.now() - began;
    const usage = JSON.parse(/usage (\{.*\})$/.exec(stderr)?.[1] ?? '') as NodeJS.ResourceUsage;
    return { ms, processorMs: (usage.userCPUTime + usage.systemCPUTime) / 1000, peakMb: usage.maxRSS / 1024 };
  } finally {
    if (none !== undefined) await rm(none, { recursive: true, force: true });
  }
}
