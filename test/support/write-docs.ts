import { readFileSync, writeFileSync } from 'node:fs';
import { changeRuleSections } from '../../descriptors/compare/index.js';
import { changeRulesAsMarkdown } from '../../descriptors/compare/rules/markdown.js';
import { rulesPage } from '../../descriptors/validate/page.js';

/** `npm run docs`: writes the pages, and parts of pages, that are made from code. */
const page = (name: string): URL => new URL(`../../docs/${name}`, import.meta.url);

writeFileSync(page('descriptors.md'), rulesPage());

const MARK = '<!-- rules: generated from descriptors/compare/rules -->\n';
const [written] = readFileSync(page('comparison.md'), 'utf8').split(MARK);
writeFileSync(page('comparison.md'), `${written}${MARK}\n${changeRulesAsMarkdown(changeRuleSections)}`);
