export const bumps = ['none', 'patch', 'minor', 'major'] as const;
export type Bump = (typeof bumps)[number];

export const classes = ['non-breaking', 'needs-approval', 'breaking', 'reject'] as const;
export type ChangeClass = (typeof classes)[number];

/** One difference between two versions and what it means for those who use the product. */
export interface ChangeFinding {
  /** Rule of comparison, e.g. `C37`. */
  rule: string;
  /** Which case of the rule this is, e.g. `input`; docs/comparison.md lists them. */
  variant: string;
  class: ChangeClass;
  /** The smallest bump that tells consumers the truth. */
  bump: Bump;
  /** JSON Pointer into the canonical tree of the new version, of the old one for what is gone. */
  pointer?: string;
  /** The part concerned, e.g. `outputPorts/tripStatus`. */
  part?: string;
  message: string;
  /** What stood there and what stands there now, in a few words; left out where it says nothing. */
  before?: string;
  after?: string;
  /** The version compared with, where it is not the latest. */
  against?: string;
}

export const higher = (one: Bump, two: Bump): Bump => (bumps.indexOf(one) >= bumps.indexOf(two) ? one : two);

export const highest = (found: readonly { bump: Bump }[]): Bump => found.reduce<Bump>((most, { bump }) => higher(most, bump), 'none');

export const worst = (found: Iterable<ChangeClass>): ChangeClass => {
  let most: ChangeClass = 'non-breaking';
  for (const one of found) if (classes.indexOf(one) > classes.indexOf(most)) most = one;
  return most;
};
