import { describe, expect, it } from '@jest/globals';
import { resolvePlaceholders, type PlaceholderSources } from '../../../../activities/support/placeholders.js';
import type { Environment } from '../../../../lifecycle/environment.js';

const sources: PlaceholderSources = {
  environment: { name: 'test', variables: { PREFIX: 'dev-', EMPTY: '' }, secrets: { TOKEN: 'env:T' } } as unknown as Environment,
  secret: (ref) => `value of ${ref}`,
  outputs: { eventStore: { topics: { a: 'x' }, count: 3, name: 'n' }, 'dotted.name': { o: true } },
};
const value = (text: string) => resolvePlaceholders(text, sources).value;

/** Proves the one grammar of placeholders: what is replaced, what is left, what is unknown, what is refused. */
describe('placeholders', () => {
  it('replaces each kind, alone or inside text, at any depth', () => {
    expect(value('${env:PREFIX}topic')).toBe('dev-topic');
    expect(value('${env:EMPTY}')).toBe('');
    expect(value('Bearer ${secret:TOKEN}')).toBe('Bearer value of env:T');
    expect(value('${output:eventStore.name}-${output:eventStore.count}')).toBe('n-3');
    expect(resolvePlaceholders({ a: ['${env:PREFIX}', 1, null] }, sources).value).toEqual({ a: ['dev-', 1, null] });
  });

  it('keeps the type of an output that stands alone', () => {
    expect(value('${output:eventStore.topics}')).toEqual({ a: 'x' });
    expect(value('${output:eventStore.count}')).toBe(3);
    expect(value('${output:dotted.name.o}')).toBe(true);
    expect(value('all: ${output:eventStore.topics}')).toBe('all: {"a":"x"}');
  });

  it('leaves any other ${x} as it is', () => {
    expect(value('${x} ${var.y} $${env} ${ENV:PREFIX}')).toBe('${x} ${var.y} $${env} ${ENV:PREFIX}');
  });

  it('does not resolve what a value brings in', () => {
    const nested = { ...sources, outputs: { a: { b: '${secret:TOKEN}' } } };
    expect(resolvePlaceholders('${output:a.b}', nested)).toEqual({ value: '${secret:TOKEN}', unknown: [], secret: false });
  });

  it('lists outputs that are not known yet', () => {
    const { value: text, unknown } = resolvePlaceholders(['${output:other.b}', 'x${output:other.a}', '${output:other.b}'], sources);
    expect(unknown).toEqual(['other.a', 'other.b']);
    expect(text).toEqual(['(known after other.b)', 'x(known after other.a)', '(known after other.b)']);
  });

  it('says when a secret is in it', () => {
    expect(resolvePlaceholders('${secret:TOKEN}', sources).secret).toBe(true);
    expect(resolvePlaceholders('${env:PREFIX}', sources).secret).toBe(false);
  });

  it.each(['${env:NOPE}', '${secret:NOPE}', '${env:toString}', '${output:nothing}', '${output:.x}', '${env:}'])('refuses %s', (text) => {
    expect(() => value(text)).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
  });
});
