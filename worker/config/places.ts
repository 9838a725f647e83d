import { pointerTo } from '../../descriptors/json.js';
import type { Governance } from '../../lifecycle/environment.js';
import type { WrittenConfig } from './complete.js';

/** The rules of one place, and where they stand in the file. */
export interface GovernedPlace {
  governance: Governance;
  /** Pointer to something in them. */
  pointer(...path: (string | number)[]): string;
}

/** All places with rules of who may do what: the registry of versions, then the environments. */
export function governedPlaces(config: WrittenConfig): GovernedPlace[] {
  const environments = Object.entries(config.environments).map(([name, governance]) => ({ at: ['environments', name], governance }));
  return [{ at: ['registration'], governance: config.registration }, ...environments].map(
    ({ at, governance }: { at: string[]; governance: Governance }) => ({
      governance,
      pointer: (...path) => pointerTo('', ...at, ...path),
    }),
  );
}
