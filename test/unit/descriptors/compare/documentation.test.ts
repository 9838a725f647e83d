import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { changeRuleSections } from '../../../../descriptors/compare/index.js';
import { changeRulesAsMarkdown } from '../../../../descriptors/compare/rules/markdown.js';

it('docs/comparison.md lists every rule as the code has it', () => {
  const [, listed] = readFileSync('docs/comparison.md', 'utf8').split('<!-- rules: generated from descriptors/compare/rules -->\n');
  expect(listed).toBe(`\n${changeRulesAsMarkdown(changeRuleSections)}`);
});
