import type { ChangeRule } from './rule.js';

type Sections = readonly { title: string; rules: { readonly [id: string]: ChangeRule } }[];

/** The rules as docs/comparison.md has them: one heading a section, one entry a rule, one line a case. */
export const changeRulesAsMarkdown = (sections: Sections): string =>
  `${sections.map(({ title, rules }) => [`## ${title}`, ...Object.entries(rules).map(entry)].join('\n\n')).join('\n\n')}\n`;

function entry([id, { title, reason, example, judgement, cases }]: [string, ChangeRule]): string {
  const verdicts = Object.entries(cases).map(([name, { class: kind, bump, when }]) => {
    const step = kind === 'reject' || bump === 'none' ? '' : `, at least ${bump}`;
    return `- ${Object.keys(cases).length > 1 ? `\`${id}/${name}\` ` : ''}${when === undefined ? '' : `${when}: `}**${kind}**${step}`;
  });
  const lines = [
    `### ${id}: ${title}`,
    '',
    `${capital(reason)}.${judgement ? ' _Judgement: can be configured._' : ''}`,
    '',
    `Example: \`${example.replaceAll('`', "'")}\`.`,
    '',
    ...verdicts,
  ];
  return lines.join('\n');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
