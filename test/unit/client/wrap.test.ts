import { describe, expect, it } from '@jest/globals';
import { wrapped } from '../../../client/wrap.js';

describe('lines on a terminal', () => {
  const line = '    field tripStatus is renamed: readers look for the old name';

  it('are broken between words, what follows indented', () => {
    expect(wrapped(line, 6, 36)).toBe('    field tripStatus is renamed:\n      readers look for the old name');
    for (const row of wrapped(line, 6, 36).split('\n')) expect(row.length).toBeLessThanOrEqual(36);
  });

  it('stay whole where they fit, where nobody knows the width, and where it is too narrow for anything', () => {
    for (const width of [undefined, 200, 10]) expect(wrapped(line, 6, width)).toBe(line);
  });

  it('do not count colours', () => {
    const coloured = `    ${'word '.repeat(4).trim()} \u001b[2mdim\u001b[22m`;
    expect(wrapped(coloured, 6, 32)).toBe(coloured);
  });
});
