import type { Finding } from '../../descriptors/finding.js';
import { pointerTo } from '../../descriptors/json.js';
import { nearest } from '../../descriptors/nearest.js';
import type { Governance } from '../../lifecycle/environment.js';
import type { WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';

/** Everybody is in it, so that it needs no definition. */
const EVERYBODY = 'everybody';

/** Starters and approvers that name a group which is not there: nobody could ever start or approve, and nothing would say so. */
export function undefinedGroups(config: WrittenConfig, source: Source): Finding[] {
  const places = Object.entries(config.environments).map(([name, environment]) => ({
    at: ['environments', name],
    governance: environment,
  }));
  return [{ at: ['registration'], governance: config.registration }, ...places].flatMap(({ at, governance }: Governed) => {
    const known = [EVERYBODY, ...Object.keys(governance.groups)];
    const check = (groups: string[], ...place: (string | number)[]): Finding[] =>
      groups.flatMap((group, index) => {
        if (known.includes(group)) return [];
        const meant = nearest(group, known);
        const pointer = pointerTo('', ...at, ...place, index);
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
      ...check(governance.approvers, 'approvers'),
      ...governance.starters.flatMap(({ groups }, index) => check(groups, 'starters', index, 'groups')),
    ];
  });
}

interface Governed {
  /** Where it stands in the file. */
  at: string[];
  governance: Governance;
}
