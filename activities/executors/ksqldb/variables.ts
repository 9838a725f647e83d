/** Variables by name; a value holds no reference to another one that was known when it was defined. */
export type Variables = Readonly<Record<string, string>>;

/** `${name}`; `$${name}` is how ksqlDB lets one write `${name}` itself. */
const REFERENCE = /\$?\$\{([^}]*)\}/g;
const isEscaped = (reference: string): boolean => reference.startsWith('$$');

/** What ksqlDB takes for the name of a variable. */
export const isVariableName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/** A name made one that ksqlDB takes: a port may be called `trip-status`, a variable may not. */
export const asVariableName = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_');

/** The variables that a text names. */
export const referencesIn = (text: string): string[] =>
  [...text.matchAll(REFERENCE)].flatMap(([whole, name]) => (isEscaped(whole) ? [] : [name!]));

/** Undefined for a variable that nobody has defined. */
export const valueOf = (variables: Variables, name: string): string | undefined =>
  Object.hasOwn(variables, name) ? variables[name] : undefined;

/** A text with its variables filled in, as far as they are known. */
export const filled = (text: string, variables: Variables): string =>
  text.replace(REFERENCE, (whole, name: string) => (isEscaped(whole) ? whole : (valueOf(variables, name) ?? whole)));

/** Of a text's variables those that are not known, or whose values need one that is not. */
export const openIn = (text: string, variables: Variables): string[] =>
  referencesIn(text).flatMap((name) => {
    const value = valueOf(variables, name);
    return value === undefined ? [name] : referencesIn(value);
  });
