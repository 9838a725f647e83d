import { join } from 'node:path';
import { fetchParts, type FetchOptions } from './fetch-parts.js';
import { providerMirror } from './kafka-provider.js';
import { terraformOnPath, type Provisioner } from './terraform.js';

/** What provisioning needs besides servers. */
export type Tools = {
  readonly provisioner: Provisioner;
  /** A filesystem mirror for Terraform's CLI configuration, with the Kafka provider under both default provider hosts. */
  readonly providerMirror: string;
};

/** Sees to it that Terraform (or OpenTofu, fetched only where no recent Terraform is on the PATH) and the provider mirror are there. */
export async function fetchTools(options: FetchOptions = {}): Promise<Tools> {
  const terraform = await terraformOnPath();
  const parts = await fetchParts(terraform ? ['kafka-provider'] : ['kafka-provider', 'opentofu'], options);
  const provisioner = terraform ?? {
    kind: 'opentofu' as const,
    binary: join(parts.opentofu.folder, 'tofu'),
    version: parts.opentofu.version,
  };
  return { provisioner, providerMirror: providerMirror(parts['kafka-provider'].folder) };
}
