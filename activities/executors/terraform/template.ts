import { posix } from 'node:path';
import type { Finding } from '../../../descriptors/finding.js';
import type { Task } from '../../../lifecycle/task.js';
import type { BundleFiles } from '../deps.js';
import { blocks, blockStart, labelled, lineOf, parseHcl, type HclFile } from './hcl.js';

/** Name of the file that an inline template becomes. */
const INLINE_FILE = 'main.tf';

/** A root module with every module that it reaches inside the bundle. */
export interface Template {
  /** Folder of the root module inside the bundle, `.` for its top. */
  root: string;
  /** What is laid down for a run, by path inside the bundle. */
  files: Map<string, Uint8Array>;
  /** The parsed configuration, module by module; the root comes first. */
  modules: { folder: string; files: HclFile[] }[];
  /** Faults met while reading: syntax, modules outside the bundle. */
  findings: Finding[];
}

/** Reads a task's template out of its bundle. Never throws for what a template says: that becomes findings. */
export async function readTemplate(task: Task, bundle: BundleFiles): Promise<Template> {
  const template: Template = { root: '.', files: new Map(), modules: [], findings: [] };
  const { path, inline } = task.template ?? {};
  if (path === undefined && inline === undefined) {
    template.findings.push(fault('terraform/no-template', 'The task has no template.', 'Name the folder of a Terraform module.'));
    return template;
  }
  if (path === undefined) {
    const text = typeof inline === 'string' ? inline : JSON.stringify(inline);
    template.files.set(INLINE_FILE, Buffer.from(text));
    await readModule('.', new Map([[INLINE_FILE, Buffer.from(text)]]), template);
    return template;
  }
  const oneFile = path.endsWith('.tf') && bundle.list().includes(path);
  template.root = oneFile ? posix.dirname(path) : posix.normalize(path).replace(/\/$/, '');
  const files = oneFile ? new Map([[posix.basename(path), bundle.read(path)]]) : folderOf(bundle, template.root);
  if (![...files.keys()].some(isConfiguration)) {
    template.findings.push(fault('terraform/no-template', `The bundle has no Terraform files at ${path}.`, 'Name the folder of a module.'));
    return template;
  }
  await walk(template.root, files, bundle, template);
  return template;
}

/** Whether a path names a configuration file of the module itself, not of a folder below. */
const isConfiguration = (path: string): boolean => !path.includes('/') && path.endsWith('.tf');

/** All files of a folder; `.` is the whole bundle. */
const folderOf = (bundle: BundleFiles, folder: string): Map<string, Uint8Array> =>
  folder === '.' ? new Map(bundle.list().map((path) => [path, bundle.read(path)])) : bundle.folder(folder);

async function walk(folder: string, files: Map<string, Uint8Array>, bundle: BundleFiles, into: Template): Promise<void> {
  for (const [path, bytes] of files) into.files.set(posix.join(folder, path), bytes);
  const parsed = await readModule(folder, files, into);
  for (const file of parsed) {
    for (const [name, below] of labelled(file.body.module)) {
      for (const body of blocks(below)) await follow(name, body.source, { file, folder, bundle, into });
    }
  }
}

async function readModule(folder: string, files: Map<string, Uint8Array>, into: Template): Promise<HclFile[]> {
  const parsed: HclFile[] = [];
  for (const [path, bytes] of files) {
    if (!isConfiguration(path)) continue;
    const file = await parseHcl(posix.join(folder, path), Buffer.from(bytes).toString('utf8'));
    if ('rule' in file) into.findings.push(file);
    else parsed.push(file);
  }
  into.modules.push({ folder, files: parsed });
  return parsed;
}

interface Place {
  file: HclFile;
  folder: string;
  bundle: BundleFiles;
  into: Template;
}

async function follow(name: string, source: unknown, { file, folder, bundle, into }: Place): Promise<void> {
  const target = typeof source === 'string' && /^\.\.?\//.test(source) ? posix.join(folder, source).replace(/\/$/, '') : undefined;
  const files = target === undefined || target.startsWith('..') || target.includes('${') ? undefined : folderOf(bundle, target);
  if (target === undefined || files === undefined || files.size === 0) {
    into.findings.push({
      ...fault(
        'terraform/module-source',
        `Module ${name} comes from outside the bundle.`,
        'Put the module into the product and name it by a path such as ./modules/topic.',
      ),
      file: file.path,
      line: lineOf(file.text, blockStart('module', name)),
    });
    return;
  }
  if (into.modules.some((module) => module.folder === target)) return;
  await walk(target, files, bundle, into);
}

const fault = (rule: string, message: string, hint: string): Finding => ({ rule, severity: 'error', pointer: '', message, hint });
