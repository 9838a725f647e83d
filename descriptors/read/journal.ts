import type { Json, JsonObject } from '../json.js';
import { pointerTo } from '../json.js';
import type { Normalisation } from '../product.js';
import type { Sources } from './sources.js';

interface Entry {
  rule: string;
  at: JsonObject | Json[];
  member?: string;
  message: string;
  alias?: string;
}

/** The normalisations as they are made. Their pointers are known only when the tree is complete. */
export class Journal {
  private readonly entries: Entry[] = [];

  add(rule: string, at: JsonObject | Json[], member: string | undefined, message: string, alias?: string): void {
    this.entries.push({ rule, at, message, ...(member !== undefined && { member }), ...(alias !== undefined && { alias }) });
  }

  /** The entries with their pointers into the finished tree, in the order of the tree. */
  on(tree: Json, sources: Sources): Normalisation[] {
    if (this.entries.length === 0) return [];
    const byContainer = new Map<object, Entry[]>();
    for (const entry of this.entries) {
      const others = byContainer.get(entry.at);
      if (others) others.push(entry);
      else byContainer.set(entry.at, [entry]);
    }
    const found: Normalisation[] = [];
    const trail: string[] = [];
    const visit = (value: Json): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const { rule, at, member, message, alias } of byContainer.get(value) ?? []) {
        const pointer = pointerTo('', ...trail);
        const position = sources.positionOf(at, member);
        found.push({
          rule,
          pointer: member === undefined ? pointer : pointerTo(pointer, member),
          message,
          ...(position && { file: position.file, line: position.line }),
          ...(alias !== undefined && { alias }),
        });
      }
      for (const [key, inner] of Object.entries(value)) {
        trail.push(key);
        visit(inner);
        trail.pop();
      }
    };
    visit(tree);
    return found;
  }
}
