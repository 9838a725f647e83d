import { rulebook, type RuleEntry } from './rulebook.js';

/** docs/descriptors.md: written from the rules themselves by `npm run docs`; a test says when it is stale. */
export const rulesPage = (): string => `${INTRODUCTION}
${SECTIONS.map(
  ({ title, text, holds }) =>
    `## ${title}\n\n${text}\n\n${rulebook
      .filter(({ id }) => holds(id))
      .map(entry)
      .join('\n')}`,
).join('\n')}`;

const INTRODUCTION = `# Descriptors: the rules

\`steward validate <descriptor>\` reads a Data Product Descriptor (DPDS 1.0), brings older forms to the canonical one and judges it by these
rules; \`steward explain R59\` tells one of them. Registering uses the same code.

- **Profiles.** \`tolerant\` (the default) reads what the field writes and warns; \`--profile strict\` is for descriptors that are written anew:
  what is marked "strict: error" stops there. An error stops, a warning and an info are told.
- **Exit codes** of \`steward validate\`: 0 valid, 2 invalid, 1 when there is nothing to judge (no such file, a wrong option).
- **One finding a defect**, at its file, line and JSON Pointer. What may be missing because a part could not be read is not told.
- **Secrets** are never repeated, neither in a message nor in the lines shown around a finding.
- **References** stay below the folder of the descriptor. \`--map https://host/path/=folder\` reads documents of another host from a folder;
  fetching is a matter of the program that embeds the library: hosts by allow-list, https only, public addresses only, every redirect
  checked anew, no credentials.
- **What lies elsewhere.** \`steward validate\` tells definitions by \`$href\` and templates of other hosts as warnings (R113) and does not judge
  them; to be registered a descriptor must be whole.
- **Names.** A product that does not write its fully qualified name gets one from its components' names, or with \`--namespace\`; without one
  \`steward validate\` warns (R29) and takes \`org.example\`, and registering refuses. Ids are
  UUIDv5 of the name in the DNS namespace and always computed. Older spellings and ids are kept for lookups.
- **Editors** can use \`descriptors/data-product-descriptor.schema.json\` for completion and hover. It knows the structure; the rules know more.

The numbers are stable: findings, tests and this page share them.
`;

const SECTIONS = [
  {
    title: 'Rules of the specification',
    text: 'Numbers that are not here say what a platform does at run time, or are part of another rule.',
    holds: (id: string) => id.startsWith('R'),
  },
  {
    title: 'Older forms',
    text: 'Forms that are found in the field. Each is read, brought to the form of 1.0.0, and recorded with its place.',
    holds: (id: string) => id.startsWith('T'),
  },
  { title: 'Placeholders', text: 'How an environment fills in configurations.', holds: (id: string) => id.startsWith('P') },
];

function entry({ id, says, tolerant, strict, bad, good }: RuleEntry): string {
  const weight = strict === tolerant ? tolerant : `${tolerant}, strict: ${strict}`;
  return `### ${id}\n\n${says} _(${weight})_\n\n- bad: ${code(bad)}\n- good: ${code(good)}\n`;
}

const code = (text: string): string => `\`${text}\``;
