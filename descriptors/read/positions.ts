import { stepsOf, type Json, type JsonObject } from '../json.js';
import type { Position } from '../product.js';
import type { Sources } from './sources.js';

/**
 * Where each node of a tree was written, by its JSON Pointer. A single place is looked up by walking there; all of them, which are very many,
 * are found only for who asks for all.
 */
export class Positions implements ReadonlyMap<string, Position> {
  private whole: ReadonlyMap<string, Position> | undefined;

  constructor(
    private readonly tree: Json,
    private readonly sources: Sources,
  ) {}

  get(pointer: string): Position | undefined {
    let value: Json | undefined = this.tree;
    let position = this.ownOf(value);
    for (const step of stepsOf(pointer)) {
      if (typeof value !== 'object' || value === null || !Object.prototype.propertyIsEnumerable.call(value, step)) return undefined;
      const inner: Json | undefined = (value as JsonObject)[step];
      position = this.ownOf(inner) ?? this.sources.positionOf(value, step) ?? position;
      value = inner;
    }
    return position;
  }

  has(pointer: string): boolean {
    return this.get(pointer) !== undefined;
  }

  get size(): number {
    return this.all.size;
  }

  forEach(callback: (value: Position, key: string, map: ReadonlyMap<string, Position>) => void): void {
    this.all.forEach(callback);
  }

  entries(): MapIterator<[string, Position]> {
    return this.all.entries();
  }

  keys(): MapIterator<string> {
    return this.all.keys();
  }

  values(): MapIterator<Position> {
    return this.all.values();
  }

  [Symbol.iterator](): MapIterator<[string, Position]> {
    return this.all.entries();
  }

  private get all(): ReadonlyMap<string, Position> {
    return (this.whole ??= this.sources.positionsOf(this.tree));
  }

  private ownOf(value: Json | undefined): Position | undefined {
    return typeof value === 'object' && value !== null ? this.sources.positionOf(value) : undefined;
  }
}
