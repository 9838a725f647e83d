import type { Json, JsonObject } from '../json.js';
import { pointerTo } from '../json.js';
import type { Position } from '../product.js';
import type { Lines, Places } from '../text/index.js';

type Container = JsonObject | Json[];

interface Source extends Position {
  /** Line of each member. */
  lines: Lines;
  /** Members that were renamed since: new name → name in the file. */
  renamed?: Map<string, string>;
  /** The extensions of an object as JSON, in the characters that they were written in. */
  written?: ReadonlyMap<string, string>;
}

/** Remembers of every object and list where it was written, however it is moved, copied or renamed afterwards. */
export class Sources implements Places {
  private readonly known = new WeakMap<Container, Source>();

  set(container: Container, { file, pointer, line }: Position, lines: Lines, written?: ReadonlyMap<string, string>): void {
    this.known.set(container, { file, pointer, line, lines, ...(written && { written }) });
  }

  fileOf(container: Container): string | undefined {
    return this.known.get(container)?.file;
  }

  /** A shallow copy that was written where the original was. */
  copy<T extends Container>(container: T): T {
    // Spreading keeps a member named `__proto__` a mere member.
    return this.like(container, (Array.isArray(container) ? [...container] : { ...container }) as T);
  }

  /** Says that `made` stands where `original` was written. */
  like<T extends Container>(original: Container, made: T): T {
    const source = this.known.get(original);
    if (source) this.known.set(made, source.renamed ? { ...source, renamed: new Map(source.renamed) } : { ...source });
    return made;
  }

  renamed(container: Container, from: string, to: string): void {
    const source = this.known.get(container);
    if (source) (source.renamed ??= new Map()).set(to, from);
  }

  /** True for a member that stood under this or another name and was brought to its form while reading. */
  wasRenamed(container: Container, member: string): boolean {
    return this.known.get(container)?.renamed?.has(member) === true;
  }

  /** The text of an extension as JSON, in the characters that it was written in. */
  writtenIn(container: Container, member: string): string | undefined {
    return this.known.get(container)?.written?.get(member);
  }

  /** Where a container, or one of its members, was written. */
  positionOf(container: Container, member?: string | number): Position | undefined {
    const source = this.known.get(container);
    if (!source) return undefined;
    if (member === undefined) return { file: source.file, pointer: source.pointer, line: source.line };
    const key = source.renamed?.get(String(member)) ?? String(member);
    const line = lineIn(source.lines, key);
    if (line === undefined) return { file: source.file, pointer: source.pointer, line: source.line };
    return { file: source.file, pointer: pointerTo(source.pointer, key), line };
  }

  /** The position of every node of a tree by its JSON Pointer. */
  positionsOf(tree: Json): Map<string, Position> {
    const positions = new Map<string, Position>();
    const visit = (value: Json, pointer: string, inherited: Position | undefined): void => {
      const own = typeof value === 'object' && value !== null ? this.positionOf(value) : undefined;
      const position = own ?? inherited;
      if (position) positions.set(pointer, position);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) visit(inner, pointerTo(pointer, key), this.positionOf(value, key) ?? position);
    };
    visit(tree, '', undefined);
    return positions;
  }
}

const lineIn = (lines: Lines, member: string): number | undefined =>
  lines instanceof Map ? (lines as ReadonlyMap<string, number>).get(member) : (lines as readonly number[])[Number(member)];
