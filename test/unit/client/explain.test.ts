import { expect, it, jest } from '@jest/globals';
import { explain } from '../../../client/commands/explain.js';

it('explains a rule of comparison with its cases', async () => {
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await explain.parseAsync(['C35'], { from: 'user' });
  await explain.parseAsync(['C35', '--output', 'json'], { from: 'user' });
  log.mockRestore();
  expect(lines[0]).toContain('input: breaking, at least major (the product reads: its sources do not send it)');
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    id: 'C35',
    judgement: true,
    cases: { output: { class: 'needs-approval', bump: 'minor' } },
  });
});

it('knows every rule that findings name, whatever the case of its letters, and guesses the one that was meant', async () => {
  const [told, failed]: [string[], string[]] = [[], []];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void told.push(line));
  const error = jest.spyOn(console, 'error').mockImplementation((line: string) => void failed.push(line));
  for (const id of ['r59', 'c35', 'foreign/avro', 'P1', 'T5']) await explain.parseAsync([id], { from: 'user' });
  await explain.parseAsync(['foreign/avor'], { from: 'user' });
  expect(process.exitCode).toBe(1);
  process.exitCode = undefined;
  log.mockRestore();
  error.mockRestore();
  expect(told.map((text) => text.split(' ')[0])).toEqual(['R59', 'C35', 'foreign/avro', 'P1', 'T5']);
  expect(failed.join('')).toContain('there is no rule "foreign/avor", did you mean foreign/avro?');
});
