import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { views } from '../../../client/views.js';

/** Proves that the lists which bootstrap prints are those of the docs. */
describe('lists of runs', () => {
  const all = views('http://ui/namespaces/one', new Date('2026-03-04T05:06:07Z'));

  it('stand in docs/ui.md, name and query', () => {
    const rows = [...readFileSync('docs/ui.md', 'utf8').matchAll(/^\| ([a-z ]+?) +\| `(.*)` +\|$/gm)].map(([, name, query]) => [
      name,
      query,
    ]);
    expect(rows).toEqual(all.map(({ name, query }) => [name, query.replace('2026-03-04', '<today>')]));
  });

  it('are linked to as the pages of the Temporal UI take them', () => {
    for (const { query, link } of all) expect(new URL(link).searchParams.get('query')).toBe(query);
  });
});
