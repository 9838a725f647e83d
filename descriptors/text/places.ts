import type { Json, JsonObject } from '../json.js';
import type { Position } from '../product.js';

/** The lines of the members of an object by key, or those of a list in order. */
export type Lines = ReadonlyMap<string, number> | readonly number[];

/** Is told of every object and list where it was written. */
export interface Places {
  /** @param written the extensions of an object as JSON, in the characters that they were written in */
  set(container: JsonObject | Json[], position: Position, lines: Lines, written?: ReadonlyMap<string, string>): void;
}

/** For whom the places do not matter. */
export const nowhere: Places = { set: () => undefined };
