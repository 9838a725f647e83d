import type { RequestStanding } from '../lifecycle/messages.js';

/** How far a request is decided, in words: `stage 1 of 2: 1 of 2 approvals (ann for ben); owners or board decide now`. */
export function standingInWords({ stage, stages, approvals, wanted, roles, votes }: RequestStanding): string {
  const which = stages > 1 ? `stage ${stage + 1} of ${stages}: ` : '';
  const own = votes.filter((vote) => vote.stage === stage);
  const said = own.map(({ by, seat, decision }) => `${by}${seat === by ? '' : ` for ${seat}`}${decision === 'reject' ? ' rejects' : ''}`);
  const who = said.length > 0 ? ` (${said.join(', ')})` : '';
  return `${which}${approvals} of ${wanted} approval${wanted === 1 ? '' : 's'}${who}; ${roles.join(' or ')} may decide now`;
}
