import { describe, expect, it } from '@jest/globals';
import { check } from '../../../../../activities/executors/terraform/check.js';
import type { BundleFiles } from '../../../../../activities/executors/deps.js';
import type { Finding } from '../../../../../descriptors/finding.js';
import type { Json } from '../../../../../lifecycle/digest.js';

const bundle = (files: { [path: string]: string }): BundleFiles => ({
  root: '/nowhere',
  list: () => Object.keys(files),
  read: (path) => Buffer.from(files[path] ?? ''),
  folder: (path) =>
    new Map(
      Object.entries(files).flatMap(([name, text]) =>
        name.startsWith(`${path}/`) ? [[name.slice(path.length + 1), Buffer.from(text)] as const] : [],
      ),
    ),
});
const found = (files: string | { [path: string]: string }, configurations: { [name: string]: Json } = {}): Promise<Finding[]> =>
  check(
    {
      id: 'infrastructure:store:provision',
      component: { kind: 'infrastructure', name: 'store', fqn: 'urn:x' },
      service: 'terraform',
      phase: 'provision',
      bundle: 'sha256:0',
      template: { path: 'tf' },
      configurations,
    },
    { bundle: () => Promise.resolve(bundle(typeof files === 'string' ? { 'tf/main.tf': files } : files)) },
  );
const rules = async (...input: Parameters<typeof found>): Promise<string[]> => (await found(...input)).map(({ rule }) => rule);

/** Proves that a template can do nothing but describe resources: each way out is a finding with file and line. */
describe('refusals of templates', () => {
  it('accepts a plain module with a module of its own', async () => {
    const files = {
      'tf/main.tf':
        'module "t" {\n  source = "../modules/topic"\n  name = "${var.prefix}x"\n}\nvariable "prefix" {\n  default = ""\n}\nlocals {\n  a = file("${path.module}/a.json")\n}\n',
      'tf/a.json': '{}',
      'modules/topic/main.tf': 'variable "name" {}\nresource "kafka_topic" "t" {\n  name = var.name\n}\n',
    };
    expect(await found(files)).toEqual([]);
  });

  it.each([
    ['terraform/provisioner', 'resource "a" "b" {\n  provisioner "local-exec" {\n    command = "x"\n  }\n}'],
    ['terraform/provisioner', 'removed {\n  from = a.b\n  provisioner "local-exec" {\n    command = "x"\n  }\n}'],
    ['terraform/connection', 'resource "a" "b" {\n  connection {\n    host = "x"\n  }\n}'],
    ['terraform/data-source', 'data "external" "b" {\n}'],
    ['terraform/data-source', 'data "http" "b" {\n}'],
    ['terraform/data-source', 'data "terraform_remote_state" "b" {\n}'],
    ['terraform/data-source', 'check "c" {\n  data "http" "b" {\n  }\n}'],
    ['terraform/backend', 'terraform {\n  backend "local" {\n  }\n}'],
    ['terraform/backend', 'terraform {\n  cloud {\n  }\n}'],
    ['terraform/backend', 'terraform {\n  encryption {\n  }\n}'],
    ['terraform/provider', 'provider "kafka" {\n}'],
    ['terraform/module-source', 'module "m" {\n  source = "git::https://example.org/m"\n}'],
    ['terraform/module-source', 'module "m" {\n  source = "../../outside"\n}'],
    ['terraform/file', 'locals {\n  a = file("/proc/self/environ")\n}'],
    ['terraform/file', 'locals {\n  a = file(local.b)\n}'],
    ['terraform/file', 'locals {\n  a = templatefile("${path.module}/../../x", {})\n}'],
    ['terraform/file', 'locals {\n  a = { (file("/proc/self/environ")) = 1 }\n}'],
    ['terraform/file', 'locals {\n  a = file/* out of sight */("/proc/self/environ")\n}'],
    ['terraform/file', 'locals {\n  a = "//" == file/* out of sight */("/proc/self/environ")\n}'],
    ['terraform/templatestring', 'locals {\n  a = join("", ["$${fi", "le(1)}"])\n  b = templatestring(local.a, {})\n}'],
    ['terraform/reserved', 'output "o" {\n  value = var.steward_secret_0\n}'],
    ['terraform/reserved', 'output "o" {\n  value = var . steward_secret_0\n}'],
    ['terraform/reserved', 'locals {\n  a = { (nonsensitive(var.steward_secret_0)) = 1 }\n}'],
    ['terraform/reserved', 'variable "steward_x" {\n  default = 1\n}'],
    ['terraform/plantimestamp', 'locals {\n  a = plantimestamp()\n}'],
    ['terraform/missing-variable', 'variable "x" {\n}'],
    ['terraform/syntax', 'resource "a" "b" {\n  x = \n}'],
  ])('%s: %s', async (rule, hcl) => {
    const findings = await found(hcl + '\n');
    expect(findings.map((finding) => finding.rule)).toEqual([rule]);
    expect(findings[0]).toMatchObject({ severity: 'error', file: 'tf/main.tf', line: expect.any(Number) });
  });

  it.each([
    ['terraform/override', 'tf/my_override.tf'],
    ['terraform/tfvars', 'tf/x.auto.tfvars'],
    ['terraform/dialect', 'tf/main.tf.json'],
    ['terraform/dialect', 'tf/main.tofu'],
    ['terraform/working-files', 'tf/.terraform/terraform.tfstate'],
    ['terraform/working-files', 'tf/terraform.tfstate.backup'],
    ['terraform/lock-file', 'tf/.terraform.lock.hcl'],
  ])('%s: a file %s', async (rule, path) => {
    expect(await rules({ 'tf/main.tf': '', [path]: '' })).toEqual([rule]);
  });

  it('refuses what a module of the module does', async () => {
    const files = { 'tf/main.tf': 'module "m" {\n  source = "./m"\n}\n', 'tf/m/main.tf': 'data "http" "x" {\n}\n' };
    expect(await found(files)).toMatchObject([{ rule: 'terraform/data-source', file: 'tf/m/main.tf', line: 1 }]);
  });

  it('reads the files that templatefile() renders, and those that they render', async () => {
    const main = 'locals {\n  a = templatefile("${path.module}/a.tpl", {})\n}\n';
    const deep = { 'tf/main.tf': main, 'tf/a.tpl': 'x\n${templatefile("b.tpl", {})}', 'tf/b.tpl': '${file("/proc/self/environ")}' };
    expect(await found(deep)).toMatchObject([{ rule: 'terraform/file', file: 'tf/b.tpl', line: 1 }]);
    expect(await rules({ 'tf/main.tf': main, 'tf/a.tpl': 'hello ${name}' })).toEqual([]);
  });

  it('is not misled by comments and strings', async () => {
    expect(await rules('# provisioner "local-exec" {}\nlocals {\n  a = "data \\"http\\" {} file(x)"\n}\n')).toEqual([]);
  });

  it('names variables that the module does not have, and configurations without effect', async () => {
    expect(await rules('variable "x" {\n}\n', { TF_VAR_x: 1, TF_VAR_y: 2, other: 3 })).toEqual([
      'terraform/unknown-variable',
      'terraform/configuration',
    ]);
  });

  it('says when there is no template', async () => {
    expect(await rules({ 'other/main.tf': '' })).toEqual(['terraform/no-template']);
  });
});
