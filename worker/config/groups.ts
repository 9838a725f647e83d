import type { Finding } from '../../descriptors/finding.js';
import { pointerTo } from '../../descriptors/json.js';
import { nearest } from '../../descriptors/nearest.js';
import type { WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';

/** Everybody is in it, so that it needs no definition. */
const EVERYBODY = 'everybody';

/** Starters and approvers that name a group which is not there: nobody could ever start or approve, and nothing would say so. */
export function undefinedGroups(config: WrittenConfig, source: Source): Finding[] {
  return Object.entries(config.environments).flatMap(([name, environment]) => {
    const known = [EVERYBODY, ...Object.keys(environment.groups)];
    const check = (groups: string[], ...place: (string | number)[]): Finding[] =>
      groups.flatMap((group, index) => {
        if (known.includes(group)) return [];
        const meant = nearest(group, known);
        const pointer = pointerTo('', 'environments', name, ...place, index);
        return [
          findingAt(
            source,
            pointer,
            `names the group ${group}, which is not defined`,
            meant === undefined ? undefined : `Did you mean ${meant}?`,
          ),
        ];
      });
    return [
      ...check(environment.approvers, 'approvers'),
      ...environment.starters.flatMap(({ groups }, index) => check(groups, 'starters', index, 'groups')),
    ];
  });
}
