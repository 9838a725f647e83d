/** Any value that JSON can carry, as the descriptors know it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own property of an object, or undefined for anything else: never what a prototype offers. */
export const at = (value: unknown, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const textAt = (value: unknown, key: string): string | undefined => {
  const found = at(value, key);
  return typeof found === 'string' ? found : undefined;
};

export const listAt = (value: unknown, key: string): Json[] => {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
};

/** Sets an own property, whatever its name: `__proto__` stays a mere name. */
export function put(target: JsonObject, key: string, value: Json): void {
  // Any other name is set as it is: that is quicker by far, and a large document has hundreds of thousands of them.
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** Appends to a JSON Pointer (RFC 6901). */
export function pointerTo(base: string, ...steps: (string | number)[]): string {
  let pointer = base;
  for (const step of steps) pointer += typeof step === 'string' && NEEDS_ESCAPE.test(step) ? `/${escaped(step)}` : `/${step}`;
  return pointer;
}

const NEEDS_ESCAPE = /[~/]/;
const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** The steps of a JSON Pointer, unescaped. */
export const stepsOf = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
