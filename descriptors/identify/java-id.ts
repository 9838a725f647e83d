import { createHash } from 'node:crypto';

/** The id that the reference parser makes of a name: a UUID version 3 of the text alone, without a namespace (Java's `nameUUIDFromBytes`). */
export function javaId(name: string): string {
  const bytes = createHash('md5').update(name, 'utf8').digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x30;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
