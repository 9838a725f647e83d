import type { Json } from '../json.js';
import type { Fault } from './foreign-finding.js';

/** Judges a Protobuf file by protobufjs. Types of other files are not at hand: only names without a package are held against this one. */
export async function protobufFaults(value: Json): Promise<Fault[]> {
  if (typeof value !== 'string') return [{ pointer: '', message: 'a Protobuf definition is text' }];
  const { default: protobuf } = await import('protobufjs');
  try {
    const { imports = [], root } = protobuf.parse(value, new protobuf.Root(), { keepCase: true });
    if (imports.length === 0) root.resolveAll();
    return [];
  } catch (error) {
    return [{ pointer: '', message: `no valid Protobuf: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}` }];
  }
}
