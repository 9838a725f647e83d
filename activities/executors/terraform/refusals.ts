import { posix } from 'node:path';
import type { Finding } from '../../../descriptors/finding.js';
import { blocks, blockStart, isBody, labelled, lineOf, type HclBody, type HclFile } from './hcl.js';
import type { Template } from './template.js';

/** Names that Steward's own generated files use: a template must not reach them (they carry the credentials of providers). */
export const RESERVED_PREFIX = 'steward_';

/** Data sources that run programs, reach the network, or read what other products have in their states. */
const FOREIGN_DATA_SOURCES = new Set(['external', 'http', 'terraform_remote_state']);
/** Blocks inside `terraform` that say where state is kept or what decrypts it: that is the environment's. */
const SETTINGS_OF_THE_ENVIRONMENT = ['backend', 'cloud', 'encryption'];
/** What may stand between two words of an expression without a meaning: white space and comments. */
const GAP = String.raw`(?:\s|/\*[^]*?\*/|(?:#|//)[^\n]*\n)*`;
/** Functions that read files of the machine. */
const READS_FILES = new RegExp(
  String.raw`\b(file|fileexists|fileset|filebase64|filemd5|filesha1|filesha256|filesha512|filebase64sha256|filebase64sha512|templatefile)${GAP}\(\s*([^,)]*)`,
  'g',
);
/** Makes an expression out of a text that is known at run time only: nobody can read it before. */
const MAKES_EXPRESSIONS = new RegExp(String.raw`\btemplatestring${GAP}\(`);
const RESERVED_VARIABLE = new RegExp(String.raw`\bvar${GAP}\.${GAP}${RESERVED_PREFIX}`);
/** A path that stays in the module: `"${path.module}/x"` or `"x"`, without a way up. */
const PATH_INSIDE = /^"(\$\{path\.(module|root)\}\/)?(?!\/)[\w./ -]*"?$/;

/** Everything in a template that would let it do more than describe resources. Templates are foreign code. */
export function refusals(template: Template): Finding[] {
  const { files, modules } = template;
  const folders = new Set(modules.map(({ folder }) => folder));
  return [
    ...[...files.keys()].filter((path) => folders.has(posix.dirname(path)) || path.includes('.terraform/')).flatMap(fileNames),
    ...modules.flatMap((module) => module.files.flatMap((file) => inFile(file, template))),
  ];
}

function fileNames(path: string): Finding[] {
  const name = posix.basename(path);
  const refuse = (rule: string, message: string, hint: string): Finding[] => [refusal(rule, message, hint, path)];
  if (name === '.terraform.lock.hcl') {
    return [
      {
        ...refusal('terraform/lock-file', 'The lock file is not used: the environment pins the providers.', 'It may stay.', path),
        severity: 'info',
      },
    ];
  }
  if (path.includes('.terraform/') || /\.(tfstate|tfplan)(\.|$)/.test(name)) {
    return refuse('terraform/working-files', 'Working files of Terraform may hold state and secrets.', 'Remove them from the product.');
  }
  if (/\.(tfvars|tfvars\.json)$/.test(name)) {
    return refuse('terraform/tfvars', 'Variables come from the configurations of the task only.', 'Write them there as TF_VAR_<name>.');
  }
  if (/\.(tofu|tofu\.json|tf\.json)$/.test(name)) {
    return refuse(
      'terraform/dialect',
      'Only *.tf files are read: a template must mean the same under Terraform and OpenTofu.',
      'Write it as *.tf.',
    );
  }
  if (/(^|_)override\.tf$/.test(name)) {
    return refuse('terraform/override', 'Override files are reserved for the environment.', 'Write the change where it belongs.');
  }
  return [];
}

function inFile(file: HclFile, template: Template): Finding[] {
  const found: Finding[] = [];
  const { text, path, body } = file;
  const refuse = (rule: string, message: string, hint: string, line?: number): void =>
    void found.push(refusal(rule, message, hint, path, line));

  for (const settings of blocks(body.terraform)) {
    for (const name of SETTINGS_OF_THE_ENVIRONMENT.filter((each) => each in settings)) {
      refuse(
        'terraform/backend',
        `A ${name} block: where state is kept is the environment's business.`,
        'Remove the block.',
        lineOf(text, blockStart(name)),
      );
    }
  }
  for (const [name] of labelled(body.provider)) {
    refuse(
      'terraform/provider',
      `Provider ${name} is configured in the template.`,
      'Remove the block: the environment configures providers.',
      lineOf(text, blockStart('provider', name)),
    );
  }
  for (const [name] of labelled(body.variable)) {
    if (name.startsWith(RESERVED_PREFIX)) {
      refuse(
        'terraform/reserved',
        `Variable names that begin with ${RESERVED_PREFIX} are reserved.`,
        'Rename it.',
        lineOf(text, blockStart('variable', name)),
      );
    }
  }
  for (const data of [body.data, ...labelled(body.check).flatMap(([, below]) => blocks(below).map((check) => check.data))]) {
    for (const [type] of labelled(data)) {
      if (FOREIGN_DATA_SOURCES.has(type)) {
        const hint = 'Give the value as a variable, or as an output of another component: ${output:component.name}.';
        refuse(
          'terraform/data-source',
          `Data source ${type} runs or reads what is not the product's.`,
          hint,
          lineOf(text, blockStart('data', type)),
        );
      }
    }
  }
  for (const [header, resource] of effectBlocks(body)) {
    for (const name of ['provisioner', 'connection'].filter((each) => each in resource && !isAttribute(resource, each))) {
      refuse(
        `terraform/${name}`,
        `A ${name} block runs commands on or from the platform's machines.`,
        'Remove it; a `command` task runs what the environment allows.',
        lineOf(text, blockStart(name), header),
      );
    }
  }
  for (const said of expressions(body)) {
    found.push(...inExpression(said, file));
    for (const [path, content] of rendered(said, posix.dirname(file.path), template)) {
      found.push(...inExpression(content, { path, text: content }));
    }
  }
  return found;
}

/** Bodies in which provisioners may stand, each with the pattern of its first line. */
function effectBlocks(body: HclBody): [RegExp, HclBody][] {
  const resources = labelled(body.resource).flatMap(([type, below]) =>
    labelled(below).flatMap(([name, bodies]) =>
      blocks(bodies).map((each): [RegExp, HclBody] => [blockStart('resource', type, name), each]),
    ),
  );
  return [...resources, ...blocks(body.removed).map((each): [RegExp, HclBody] => [blockStart('removed'), each])];
}

/** `connection = ...` is an attribute of the resource; blocks come as arrays or below a label. */
const isAttribute = (body: HclBody, name: string): boolean => name === 'connection' && !Array.isArray(body[name]);

/** Every text with an expression in it, however deep; the keys of objects are expressions too. */
function expressions(value: unknown): string[] {
  if (typeof value === 'string') return /[$%]\{/.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(expressions);
  return isBody(value) ? Object.entries(value).flatMap(([key, below]) => [...expressions(key), ...expressions(below)]) : [];
}

/** The files that an expression renders, and those that they render: what stands in them can call every function. Paths are literal. */
function rendered(said: string, folder: string, { root, files }: Template): Map<string, string> {
  const found = new Map<string, string>();
  const look = (text: string): void => {
    for (const [, name, argument = ''] of text.matchAll(READS_FILES)) {
      if (name !== 'templatefile') continue;
      const path = argument.trim().replace(/^"(\$\{path\.(module|root)\}\/)?|"$/g, '');
      for (const place of [posix.join(folder, path), posix.join(root, path)]) {
        const bytes = files.get(place);
        if (bytes === undefined || found.has(place)) continue;
        const content = Buffer.from(bytes).toString('utf8');
        found.set(place, content);
        look(content);
      }
    }
  };
  look(said);
  return found;
}

function inExpression(said: string, { text, path }: Pick<HclFile, 'text' | 'path'>): Finding[] {
  const found: Finding[] = [];
  for (const [, name, argument = ''] of said.matchAll(READS_FILES)) {
    const inside = argument.trim();
    if (PATH_INSIDE.test(inside) && !inside.includes('..')) continue;
    const line = lineOf(text, new RegExp(`\\b${name}\\s*(\\(|/|#|$)`));
    const hint = 'Name the file by a literal path such as "${path.module}/topics.json".';
    found.push(refusal('terraform/file', `${name}() may read only files of the product.`, hint, path, line));
  }
  if (MAKES_EXPRESSIONS.test(said)) {
    const line = lineOf(text, /\btemplatestring\b/);
    const hint = 'Use a literal template: a string with ${...}, or templatefile().';
    found.push(refusal('terraform/templatestring', 'templatestring() renders what nobody can read before it runs.', hint, path, line));
  }
  if (RESERVED_VARIABLE.test(said)) {
    const line = lineOf(text, new RegExp(RESERVED_PREFIX));
    found.push(
      refusal(
        'terraform/reserved',
        `Variables that begin with ${RESERVED_PREFIX} belong to the environment.`,
        'Use a name of your own.',
        path,
        line,
      ),
    );
  }
  if (/\bplantimestamp\s*\(/.test(said)) {
    const line = lineOf(text, /\bplantimestamp\s*\(/);
    found.push(
      refusal(
        'terraform/plantimestamp',
        'plantimestamp() makes every plan another one: nothing could be approved.',
        'Remove it.',
        path,
        line,
      ),
    );
  }
  return found;
}

const refusal = (rule: string, message: string, hint: string, file: string, line?: number): Finding => ({
  rule,
  severity: 'error',
  pointer: '',
  file,
  ...(line === undefined ? {} : { line }),
  message,
  hint,
});
