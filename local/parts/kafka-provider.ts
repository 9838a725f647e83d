import { link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGo, goPins } from './go.js';
import type { Part } from './part.js';

const VERSION = '0.13.1';

/** The default provider hosts of Terraform and of OpenTofu: a module that says `Mongey/kafka` means a different one under each. */
const DEFAULT_PROVIDER_HOSTS = ['registry.terraform.io', 'registry.opentofu.org'];

/** The Terraform provider for Kafka. Its folder `mirror` is a filesystem mirror: provisioning needs no provider host. */
export const kafkaProvider: Part = {
  name: 'kafka-provider',
  version: VERSION,
  size: 'a Go build, about a minute',
  needs: ['go'],
  pins: goPins('kafka-provider'),
  async fetch(context) {
    const binary = `terraform-provider-kafka_v${VERSION}`;
    const built = join(context.folder, binary);
    await buildGo('kafka-provider', 'github.com/Mongey/terraform-provider-kafka', built, context);
    for (const host of DEFAULT_PROVIDER_HOSTS) {
      const place = join(providerMirror(context.folder), host, 'mongey', 'kafka', VERSION, providerPlatform());
      await mkdir(place, { recursive: true });
      await link(built, join(place, binary)).catch(ignoreExisting);
    }
  },
};

/** The mirror inside the part's folder, for Terraform's CLI configuration. */
export const providerMirror = (folder: string): string => join(folder, 'mirror');

/** This machine as Terraform names it, e.g. `linux_amd64`. */
export function providerPlatform(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${process.platform}_${architecture}`;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
