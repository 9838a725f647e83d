import type { ChangeEntry } from './change-digest.js';
import type { PlanOptions, Terraform } from './terraform.js';

/** What may be applied of a plan, in the plan file that the terraform holds, and what was left out. */
export interface Narrowed {
  /** The plan before anything was left out. */
  full: ChangeEntry[];
  entries: ChangeEntry[];
  left: string[];
}

/**
 * Plans everything but the withheld changes. Terraform can only be told what to include, and includes what that depends on: a target that
 * would drag a withheld change along is left out too (found by planning it alone, which is needed only in that rare case).
 */
export async function planWithout(
  terraform: Terraform,
  withheld: (entry: ChangeEntry) => boolean,
  options: PlanOptions = {},
): Promise<Narrowed> {
  const full = await terraform.plan(options);
  if (!full.some(withheld)) return { full, entries: full, left: [] };
  const targets = full.filter((entry) => entry.kind === 'resource' && !withheld(entry)).map(({ address }) => address);
  return { full, ...(await planTargets(terraform, withheld, targets, options)) };
}

/** The same for a given list of addresses. */
export async function planTargets(
  terraform: Terraform,
  withheld: (entry: ChangeEntry) => boolean,
  targets: string[],
  options: PlanOptions = {},
): Promise<Omit<Narrowed, 'full'>> {
  const plan = async (some: string[]): Promise<ChangeEntry[]> =>
    some.length === 0 ? nothing(terraform) : terraform.plan({ ...options, targets: some });
  const together = await plan(targets);
  if (!together.some(withheld)) return { entries: together, left: [] };
  const safe: string[] = [];
  for (const target of targets) if (!(await plan([target])).some(withheld)) safe.push(target);
  return { entries: await plan(safe), left: targets.filter((target) => !safe.includes(target)) };
}

async function nothing(terraform: Terraform): Promise<ChangeEntry[]> {
  await terraform.discardPlan();
  return [];
}
