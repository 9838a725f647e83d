import type { Json } from '../../../lifecycle/digest.js';

/** The parts of `show -json <plan>` that are read here (format 1.x, Terraform and OpenTofu alike). Values are in clear: never kept as they are. */
export interface PlanView {
  resource_changes?: ResourceChange[];
  output_changes?: { [name: string]: ValueChange };
}

export interface ResourceChange {
  address: string;
  previous_address?: string;
  mode: 'managed' | 'data';
  type: string;
  deposed?: string;
  action_reason?: string;
  change: ValueChange;
}

export type PlanAction = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'forget' | 'open';

export interface ValueChange {
  actions: PlanAction[];
  before?: Json;
  after?: Json;
  /** `true` at a leaf (or whole) that is not known before the apply; bare `true` for outputs. */
  after_unknown?: Json;
  before_sensitive?: Json;
  after_sensitive?: Json;
  replace_paths?: Json;
  importing?: { id?: string };
}
