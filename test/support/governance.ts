import type { Governance } from '../../lifecycle/environment.js';

/** Who may do what in a place where a test does not care. */
export const plainGovernance = (changes: Partial<Governance> = {}): Governance => ({
  identity: 'claim',
  groups: {},
  accounts: {},
  suspended: [],
  delegations: [],
  keys: {},
  starters: [],
  approvers: [],
  approvalDeadline: '1 hour',
  heldApprovalDeadline: '1 minute',
  reminderEvery: '1 day',
  longestException: '90 days',
  expiryReminder: '7 days',
  ...changes,
});
