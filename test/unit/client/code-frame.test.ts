import { describe, expect, it } from '@jest/globals';
import { codeFrame } from '../../../client/code-frame.js';

describe('the lines around a finding', () => {
  it('are shown with their numbers, the one meant with a mark', () => {
    expect(codeFrame('a\nb\nc\nd', 2)).toBe('    1 | a\n  > 2 | b\n    3 | c');
    expect(codeFrame('a\r\nb', 1)).toBe('  > 1 | a\n    2 | b');
    expect(codeFrame(Array(12).fill('x').join('\n'), 10)).toContain('     9 | x\n  > 10 | x');
  });

  it('are none where there is no such line', () => expect([codeFrame('a', 0), codeFrame('a', 9)]).toEqual(['', '']));

  it.each([
    '  "password": "hunter2",',
    'url: https://user:hunter2@example.com',
    '"x": "q8Zr1LmN0pVt5XwYb2CdE4fG"',
    'api_key = hunter2',
    'passwrd: hunter2',
  ])('are not shown when they may hold a secret: %s', (line) =>
    expect(codeFrame(`a\n${line}\nb`, 1)).toBe('  > 1 | a\n    2 | (not shown: it may hold a secret)'),
  );

  it('cannot move the cursor, and are cut', () => {
    const [line = ''] = codeFrame(`\u001b[2J\u0007${'x'.repeat(500)}`, 1).split('\n');
    // eslint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f]/);
    expect(line.length).toBeLessThan(180);
  });

  it.each([
    ['a block below its name', 'password: |\n  hunter2\n  hunter3\nnext: 1', 3],
    ['a list', '"tokens": [\n  "hunter2",\n  "hunter3"\n]', 2],
    ['a value beside its name', '- name: DB_PASSWORD\n  value: hunter2', 2],
    ['a value on the next line', 'a: 1\npassword:\n  hunter2\n', 3],
    ['a private key', 'pem: |\n  -----BEGIN PRIVATE KEY-----\n  hunter2\n  hunter3\n  -----END PRIVATE KEY-----', 3],
  ])('do not show %s', (_what, content, line) => {
    expect(codeFrame(content, line)).toContain('not shown');
    expect(codeFrame(content, line)).not.toMatch(/hunter/);
  });

  it('show what stands beside and behind a secret', () => {
    expect(codeFrame('password: x\nuser: alice\nname: b', 2)).toContain('> 2 | user: alice');
  });
});
