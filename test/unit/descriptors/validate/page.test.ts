import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { examples } from '../../../../descriptors/validate/examples.js';
import { rulesPage } from '../../../../descriptors/validate/page.js';
import { ruleOf, rulebook } from '../../../../descriptors/index.js';

describe('the rules as people read them', () => {
  it('are those of docs/descriptors.md (npm run docs)', () => {
    expect(readFileSync('docs/descriptors.md', 'utf8')).toBe(rulesPage());
  });

  it('each have a sentence, a bad and a good form, and no form is left over', () => {
    expect(rulebook.filter(({ says, bad, good }) => !/^.+\.$/.test(says) || bad === '' || good === '' || bad === good)).toEqual([]);
    const known = new Set(rulebook.map(({ id }) => id));
    expect(Object.keys(examples).filter((id) => !known.has(id))).toEqual([]);
    expect(known.size).toBe(rulebook.length);
  });

  it('are found by their id, whatever its letters', () => {
    expect(ruleOf('r59')).toMatchObject({ id: 'R59', tolerant: 'warning' });
    expect(ruleOf('constructor')).toBeUndefined();
  });
});
