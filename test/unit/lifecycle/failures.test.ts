import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Failure, failures, isFailureType } from '../../../lifecycle/failures.js';

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

/** Rows of the table `| type | exit | retry | meaning | what to do |`. */
const documented = new Map(
  [...page.matchAll(/^\| `(\w+)` +\| (\d+) +\| (yes|no) +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, type, exit, retry, meaning, next]) =>
      [type!, { exit: Number(exit), retry: retry === 'yes', meaning: meaning!, next: next! }] as const,
  ),
);

describe('the catalogue of failures', () => {
  it('is documented entry by entry, and nothing else is', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(failures).sort());
  });

  it.each(Object.entries(failures))('says of %s what docs/operations.md says', (type, { exit, retry, next }) => {
    expect(documented.get(type)).toMatchObject({ exit, retry, next });
  });

  it('leaves the exit codes of success and of a wrong command line alone, and stays below those of signals', () => {
    for (const { exit } of Object.values(failures)) {
      expect(exit).toBeGreaterThan(1);
      expect(exit).toBeLessThan(126);
    }
  });

  it('names a next action for a person in every entry', () => {
    for (const { next } of Object.values(failures)) expect(next).toMatch(/^[A-Z].+\.$/);
  });
});

describe('a failure', () => {
  it('carries type, retry, details and cause', () => {
    const cause = new Error('cause');
    const failure = new Failure('StateLocked', 'locked', { cause, details: { id: 1 }, retryAfterMs: 5 });
    expect(failure).toMatchObject({ type: 'StateLocked', retry: true, message: 'locked', cause, details: { id: 1 }, retryAfterMs: 5 });
    expect(Object.hasOwn(new Failure('Internal', 'x'), 'cause')).toBe(false);
  });

  it('is known by its name alone, and names of objects are none', () => {
    expect(isFailureType('Superseded')).toBe(true);
    expect(['toString', 'constructor', '', undefined, 3].some(isFailureType)).toBe(false);
  });
});
