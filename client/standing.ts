import type { RequestStanding } from '../lifecycle/messages.js';

/** How far a request is decided, in words; empty where the status does not say. */
export function farOf(standing: RequestStanding | undefined): string {
  if (!standing) return '';
  const { stage, stages, approvals, wanted, roles } = standing;
  const which = stages > 1 ? `stage ${stage + 1} of ${stages}: ` : '';
  return `${which}${approvals} of ${wanted} approval(s), decided by ${roles.join(' or ')}`;
}
