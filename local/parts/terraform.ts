import { execa } from 'execa';
import semver from 'semver';

/** The first release whose S3 backend locks with a conditional write (`use_lockfile`) as a stable feature. */
const OLDEST_TERRAFORM = '1.11.0';

/** A slow disk needs a few seconds for the first start of the binary. */
const VERSION_TIMEOUT_MS = 30_000;

export type Provisioner = { readonly kind: 'terraform' | 'opentofu'; readonly binary: string; readonly version: string };

/** The Terraform on the PATH if it is recent enough, else nothing: then OpenTofu is fetched. */
export async function terraformOnPath(): Promise<Provisioner | undefined> {
  const answer = await execa('terraform', ['version', '-json'], {
    env: { CHECKPOINT_DISABLE: '1' },
    timeout: VERSION_TIMEOUT_MS,
    reject: false,
  });
  const version = /"terraform_version":\s*"([^"]+)"/.exec(String(answer.stdout ?? ''))?.[1];
  if (answer.exitCode !== 0 || !version || !semver.gte(version, OLDEST_TERRAFORM)) return undefined;
  const { stdout } = await execa('which', ['terraform'], { reject: false });
  return { kind: 'terraform', binary: String(stdout ?? '').trim() || 'terraform', version };
}
