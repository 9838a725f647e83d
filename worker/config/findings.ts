import type { ErrorObject } from 'ajv';
import { isMap, isScalar, isSeq, type Document, type LineCounter } from 'yaml';
import type { Finding } from '../../descriptors/finding.js';
import { pointerTo, stepsOf } from '../../descriptors/json.js';
import { nearest } from '../../descriptors/nearest.js';

/** The file that was read, for the places of findings. */
export interface Source {
  file: string;
  document: Document;
  lines: LineCounter;
}

/** Faults against the schema as findings in words, with lines. Never shows a value: a secret may have been typed where it does not belong. */
export function findingsOf(errors: readonly ErrorObject[], source: Source): Finding[] {
  return errors.flatMap((error) => {
    // Says the same as the fault of the name itself, which comes with it.
    if (error.keyword === 'propertyNames' || error.keyword === 'if') return [];
    // The fault of the alternatives together is told once, by `anyOf`.
    if (error.schemaPath.includes('/anyOf/')) return [];
    const { pointer, message, hint } = inWords(error);
    return [findingAt(source, pointer, message, hint)];
  });
}

/** A finding about one place of the file. */
export function findingAt({ file, document, lines }: Source, pointer: string, message: string, hint?: string): Finding {
  const line = lineOf(document, lines, stepsOf(pointer));
  const place = pointer === '' ? 'the configuration' : stepsOf(pointer).join('.');
  return {
    rule: 'config',
    severity: 'error',
    pointer,
    message: `${place} ${message}`,
    ...(hint === undefined ? {} : { hint }),
    file,
    ...(line === undefined ? {} : { line }),
  };
}

function inWords(error: ErrorObject): { pointer: string; message: string; hint?: string } {
  const { keyword, params, parentSchema = {}, instancePath, propertyName } = error;
  const own = (message: string): { pointer: string; message: string } => ({ pointer: instancePath, message });
  switch (keyword) {
    case 'required':
      return { pointer: pointerTo(instancePath, String(params['missingProperty'])), message: 'is missing' };
    case 'additionalProperties': {
      const unknown = String(params['additionalProperty']);
      const known = Object.keys((parentSchema['properties'] ?? {}) as object);
      const meant = nearest(unknown, known);
      const hint = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`;
      return { pointer: pointerTo(instancePath, unknown), message: 'is not known', hint };
    }
    case 'pattern': {
      const wanted = parentSchema['description'] as string | undefined;
      if (propertyName !== undefined) {
        const name = { pointer: pointerTo(instancePath, propertyName), message: 'is no allowed name' };
        return { ...name, hint: `Expected: ${wanted ?? String(params['pattern'])}` };
      }
      return wanted === undefined
        ? own(`must match ${String(params['pattern'])}`)
        : { ...own('has a wrong form'), hint: `Expected: ${wanted}` };
    }
    case 'discriminator': {
      const kinds = (parentSchema['oneOf'] as Alternative[]).map(({ properties }) => properties.type.const);
      return { pointer: pointerTo(instancePath, 'type'), message: `must be one of ${kinds.join(', ')}` };
    }
    case 'anyOf': {
      const wanted = (parentSchema['anyOf'] as { required?: string[] }[]).flatMap(({ required = [] }) => required);
      return own(wanted.length > 0 ? `needs ${wanted.join(' or ')}` : 'has a wrong form');
    }
    case 'enum':
      return own(`must be one of ${(params['allowedValues'] as string[]).join(', ')}`);
    default:
      return own(error.message ?? `breaks the rule ${keyword}`);
  }
}

interface Alternative {
  properties: { type: { const: string } };
}

/** Line of the deepest node on the way: a missing key is told at the map that lacks it. */
function lineOf(document: Document, lines: LineCounter, steps: string[]): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of steps) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
