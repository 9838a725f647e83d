import type { EngineActivities, Holder, JudgedFinding } from '../lifecycle/engine.js';
import type { Decisions } from './decisions.js';
import { failure } from './failure.js';
import type { Progress } from './progress.js';

interface Judging {
  engine: EngineActivities;
  decisions: Decisions;
  progress: Progress;
  holder: Holder;
  /** Tells what would be asked, asks nobody. */
  dryRun: boolean;
}

/**
 * Stops on what no exception can cover, asks for the exceptions that people may grant, and waits for them.
 * @returns true when somebody was waited for: what was judged may be out of date
 */
export async function settleFindings(
  findings: JudgedFinding[],
  { engine, decisions, progress, holder, dryRun }: Judging,
): Promise<boolean> {
  for (const finding of findings) if (!finding.blocking) progress.note(`${finding.severity}: ${finding.message}`);
  const blocking = findings.filter((finding) => finding.blocking && !finding.exceptedBy);
  const final = blocking.filter((finding) => !finding.exception);
  if (final.length > 0) throw failure('PolicyViolated', final.map(({ message }) => message).join('; '), { findings: final });
  const requests = blocking.flatMap(({ exception }) => exception ?? []);
  if (requests.length === 0 || dryRun) return false;
  progress.state('waiting for approval');
  decisions.forget(requests);
  for (const exception of requests) await engine.openException({ exception, holder });
  await decisions.wait(requests);
  return true;
}
