import type { Finding } from '../../descriptors/finding.js';
import { nearest } from '../../descriptors/nearest.js';
import type { WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';
import { governedPlaces } from './places.js';

/** Everybody is in it, so that it needs no definition. */
export const EVERYBODY = 'everybody';

/** Starters and approvers that name a group which is not there: nobody could ever start or approve, and nothing would say so. */
export function undefinedGroups(config: WrittenConfig, source: Source): Finding[] {
  return governedPlaces(config).flatMap(({ governance, pointer }) => {
    const known = [EVERYBODY, ...Object.keys(governance.groups)];
    const check = (groups: string[], ...place: (string | number)[]): Finding[] =>
      groups.flatMap((group, index) => {
        if (known.includes(group)) return [];
        const meant = nearest(group, known);
        return [
          findingAt(
            source,
            pointer(...place, index),
            `names the group ${group}, which is not defined`,
            meant === undefined ? undefined : `Did you mean ${meant}?`,
          ),
        ];
      });
    return [
      ...check(governance.approvers, 'approvers'),
      ...check(governance.escalation?.groups ?? [], 'escalation', 'groups'),
      ...governance.starters.flatMap(({ groups }, index) => check(groups, 'starters', index, 'groups')),
    ];
  });
}
