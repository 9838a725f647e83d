import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

/** Proves that each alert comes with what to do about it, and none is told that is not there. */
describe('the alerts', () => {
  it('are those of docs/monitoring.md', () => {
    const { groups } = parse(readFileSync('worker/monitoring/alerts.yaml', 'utf8')) as { groups: { rules: { alert: string }[] }[] };
    const told = [...readFileSync('docs/monitoring.md', 'utf8').matchAll(/^\| `(Steward\w+)` +\| \S/gm)].map(([, name]) => name);
    expect(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))).toEqual(told);
  });
});
