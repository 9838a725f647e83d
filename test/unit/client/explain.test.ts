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
