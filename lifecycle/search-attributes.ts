/** The search attributes that runs are found by: registered by `steward bootstrap`, set by the workflows. Never secret, never encrypted. */
export const searchAttributes = {
  /** The line. */
  DataProduct: 'Keyword',
  Domain: 'Keyword',
  Environment: 'Keyword',
  Operation: 'Keyword',
  LifecycleState: 'Keyword',
  RequestedBy: 'Keyword',
  AwaitingApproval: 'Bool',
  ApprovalDue: 'Datetime',
  /** Of a request: the groups that may decide it, in whichever stage. */
  Approvers: 'KeywordList',
} as const satisfies Record<string, 'Keyword' | 'KeywordList' | 'Bool' | 'Datetime'>;

/** Finds the runs that could not undo everything and stay open for a person. */
export const NEEDS_OPERATOR_QUERY = "LifecycleState='needs-operator' AND ExecutionStatus='Running'";
