import { defineSearchAttributeKey } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';
import type { OperationKind } from '../lifecycle/ids.js';

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

/** The search attributes (lifecycle/search-attributes.ts) as the client reads and sets them. */
export const attributes = {
  operation: keyword('Operation'),
  product: keyword('DataProduct'),
  environment: keyword('Environment'),
  state: keyword('LifecycleState'),
  requestedBy: keyword('RequestedBy'),
  awaitingApproval: defineSearchAttributeKey('AwaitingApproval', 'BOOL'),
} as const;

export interface StartLabels {
  operation: OperationKind;
  product: string;
  environment?: string | undefined;
  requestedBy?: string | undefined;
}

/** Set at the start, so that a run which is refused at once is found by its product, too. */
export const labelled = (labels: StartLabels): SearchAttributePair[] =>
  (['operation', 'product', 'environment', 'requestedBy'] as const).flatMap((name) => {
    const value = labels[name];
    return value === undefined ? [] : [{ key: attributes[name], value }];
  });
