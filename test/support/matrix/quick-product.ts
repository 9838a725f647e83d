import { join } from 'node:path';
import { smallProduct } from '../small-product.js';
import type { SmallProduct } from '../small-product.js';
import type { StewardWorld } from '../steward-world.js';

/** The versions that a product of the matrix goes through. */
export const versions = ['1.0.0', '1.1.0'] as const;
export type Version = (typeof versions)[number];

/** Where the commands of a world's products leave their marks. */
export const marksFolder = (world: Pick<StewardWorld, 'scratch'>): string => join(world.scratch, '..', 'marks');

/** The command that the products of the matrix are built by: it has an effect outside, and an undo. */
export const markCommands = {
  mark: {
    program: 'cp',
    arguments: ['--force'],
    effects: 'external',
    undo: { program: 'rm', arguments: ['--force'] },
    timeoutSeconds: 60,
  },
} as const;

/**
 * A product of real parts that are as quick as real parts can be: Terraform with resources that live in the state alone, a schema, and
 * a command that leaves a mark in a folder. Each of them differs between the versions.
 * @param name letters and digits
 */
export function quickProduct(world: StewardWorld, name: string, version: Version): SmallProduct {
  const later = version !== '1.0.0';
  const product = smallProduct(world, name, {
    version,
    terraform: module(version, later),
    fields: [{ name: 'id', type: 'string' }, ...(later ? [{ name: 'note', type: ['null', 'string'], default: null }] : [])],
    command: 'mark',
  });
  const root = 'data-product-descriptor.json';
  const descriptor = JSON.parse(product.files[root]!) as {
    internalComponents: { applicationComponents: { buildInfo: object }[] };
  };
  const mark = join(marksFolder(world), name);
  for (const application of descriptor.internalComponents.applicationComponents)
    application.buildInfo = {
      service: 'command',
      template: { mediaType: 'text/plain', $href: 'mark' },
      configurations: { command: 'mark', arguments: ['version.txt', mark] },
    };
  return { ...product, files: { ...product.files, [root]: JSON.stringify(descriptor), 'mark/version.txt': `${name} ${version}\n` } };
}

const module = (version: string, later: boolean): string => `variable "topic_prefix" {
  type = string
}
resource "terraform_data" "kept" {
  input = "\${var.topic_prefix}${version}"
}
${later ? 'resource "terraform_data" "new" {\n  input = terraform_data.kept.output\n}\n' : ''}output "kept" {
  value = terraform_data.kept.output
}
`;
