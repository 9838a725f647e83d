import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createDoingShow } from '../../../client/show-doing.js';
import type { OperationStatus } from '../../../lifecycle/messages.js';

describe('what is under way', () => {
  const since = new Date(Date.now() - 125_000).toISOString();
  const status = {
    steps: [{ id: 'store', title: 'provision store', executor: 'terraform', state: 'running', since }],
  } as unknown as OperationStatus;
  const doing = (text: string, step?: string) => [{ id: '7', activity: 'terraform.apply', text, ...(step && { step }) }];

  it('is told once for each new word, with the title of the step and for how long it has been running', () => {
    const lines: string[] = [];
    const show = createDoingShow(
      (line) => lines.push(stripVTControlCharacters(line)),
      () => status,
      0,
    );
    for (const text of ['', '37 of 120 resources', '37 of 120 resources', '38 of 120 resources']) show(doing(text, 'store'));
    show(doing('waiting'));
    expect(lines).toEqual([
      expect.stringMatching(/^ {4}provision store: 37 of 120 resources \(2 min [5-9] s\)$/),
      expect.stringMatching(/^ {4}provision store: 38 of 120 resources \(2 min [5-9] s\)$/),
      '    terraform.apply: waiting',
    ]);
  });

  it('is told no more often than it is read', () => {
    const lines: string[] = [];
    const show = createDoingShow(
      (line) => lines.push(line),
      () => status,
      60_000,
    );
    for (let at = 0; at < 50; at += 1) show(doing(`${at} of 50 resources`, 'store'));
    expect(lines).toHaveLength(1);
  });
});
