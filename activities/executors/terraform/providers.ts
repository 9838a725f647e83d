import type { Finding } from '../../../descriptors/finding.js';
import type { TerraformSystem } from '../../../lifecycle/environment.js';
import { blocks, blockStart, isBody, labelled, lineOf } from './hcl.js';
import type { Template } from './template.js';

/** Providers that are part of the program. */
const BUILT_IN = new Set(['terraform']);

/** A provider that the root module uses, under the name it has there, as the environment configures it. */
export interface UsedProvider {
  name: string;
  source: string;
  version: string;
  configuration: { [key: string]: unknown };
}

interface Requirement {
  name: string;
  source?: string;
  file: string;
  line?: number;
}

/** Which of the environment's providers a template uses; what the environment does not have is a finding. */
export function usedProviders(template: Template, system: TerraformSystem): { used: UsedProvider[]; findings: Finding[] } {
  const used = new Map<string, UsedProvider>();
  const findings: Finding[] = [];
  for (const requirement of template.modules.flatMap(requirements)) {
    const { name, source, file, line } = requirement;
    if (BUILT_IN.has(name) || source?.startsWith('terraform.io/builtin/')) continue;
    const offered = Object.entries(system.providers).find(([local, each]) =>
      source === undefined ? local === name : sameSource(each.source, source),
    );
    if (offered) {
      used.set(name, { name, ...offered[1] });
      continue;
    }
    const known = Object.values(system.providers).map((each) => each.source);
    findings.push({
      rule: 'terraform/provider-unknown',
      severity: 'error',
      pointer: '',
      file,
      ...(line === undefined ? {} : { line }),
      message: `Provider ${source ?? name} is not among those of the environment.`,
      hint: known.length === 0 ? 'It has none.' : `It has ${known.sort().join(', ')}.`,
    });
  }
  return { used: [...used.values()], findings };
}

/** What a module requires in so many words, and what the types of its resources imply. */
function requirements(module: Template['modules'][number]): Requirement[] {
  const named = new Map<string, Requirement>();
  for (const { path: file, text, body } of module.files) {
    for (const settings of blocks(body.terraform).flatMap(({ required_providers }) => blocks(required_providers))) {
      for (const [name, wanted] of Object.entries(settings)) {
        const source = isBody(wanted) && typeof wanted.source === 'string' ? wanted.source : undefined;
        named.set(name, { name, source, file, line: lineOf(text, new RegExp(`^\\s*${name}\\s*=`)) });
      }
    }
  }
  for (const { path: file, text, body } of module.files) {
    for (const kind of ['resource', 'data', 'ephemeral']) {
      for (const [type] of labelled(body[kind])) {
        const name = type.split('_')[0] ?? type;
        if (!named.has(name)) named.set(name, { name, file, line: lineOf(text, blockStart(kind, type)) });
      }
    }
  }
  return [...named.values()];
}

/** Sources are the same without regard to case and with the default host left out. */
function sameSource(a: string, b: string): boolean {
  const plain = (source: string): string => source.toLowerCase().split('/').slice(-2).join('/');
  return plain(a) === plain(b);
}
