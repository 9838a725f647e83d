import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

/** Registered at the namespace by `steward bootstrap`; never secret, never encrypted. */
export const searchAttributes = {
  DataProduct: defineSearchAttributeKey('DataProduct', 'KEYWORD'),
  Domain: defineSearchAttributeKey('Domain', 'KEYWORD'),
  Environment: defineSearchAttributeKey('Environment', 'KEYWORD'),
  Operation: defineSearchAttributeKey('Operation', 'KEYWORD'),
  LifecycleState: defineSearchAttributeKey('LifecycleState', 'KEYWORD'),
  RequestedBy: defineSearchAttributeKey('RequestedBy', 'KEYWORD'),
  AwaitingApproval: defineSearchAttributeKey('AwaitingApproval', 'BOOL'),
  ApprovalDue: defineSearchAttributeKey('ApprovalDue', 'DATETIME'),
  Approvers: defineSearchAttributeKey('Approvers', 'KEYWORD_LIST'),
} as const;

/** What lists of runs are filtered by. Left out = left as it is. */
export interface Labels {
  product?: string;
  domain?: string;
  environment?: string;
  operation?: string;
  state?: string;
  requestedBy?: string;
  /** ISO time until which a person is awaited; null = nobody is. */
  approvalDue?: string | null;
  /** Groups that may decide. */
  approvers?: string[];
}

export function label(labels: Labels): void {
  const keywords = [
    [searchAttributes.DataProduct, labels.product],
    [searchAttributes.Domain, labels.domain],
    [searchAttributes.Environment, labels.environment],
    [searchAttributes.Operation, labels.operation],
    [searchAttributes.LifecycleState, labels.state],
    [searchAttributes.RequestedBy, labels.requestedBy],
  ] as const;
  upsertSearchAttributes([
    ...keywords.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
    ...(labels.approvers === undefined ? [] : [{ key: searchAttributes.Approvers, value: labels.approvers }]),
    ...(labels.approvalDue === undefined
      ? []
      : [
          { key: searchAttributes.AwaitingApproval, value: labels.approvalDue !== null },
          { key: searchAttributes.ApprovalDue, value: labels.approvalDue === null ? null : new Date(labels.approvalDue) },
        ]),
  ]);
}
