import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import semver from 'semver';
import { Failure } from '../../../lifecycle/failures.js';
import type { StateStore, Tool } from './state-store.js';

/** The first versions that lock a state in S3 without a table beside it. */
const OLDEST = { terraform: '1.11.0', opentofu: '1.10.0' };
/** A program that cannot tell its version within this time is not usable. */
const VERSION_TIMEOUT_MS = 20_000;

const known = new Map<string, Tool>();

/** Which program a binary is, asked once a binary. Throws `SystemRefused` when it is not there or too old. */
export async function toolOf(binary: string): Promise<Tool> {
  const written = await stat(binary).then(
    ({ mtimeMs }) => String(mtimeMs),
    () => '',
  );
  const found = known.get(binary + written);
  if (found) return found;
  const { stdout } = await execa(binary, ['version', '-no-color'], {
    env: { CHECKPOINT_DISABLE: '1', HOME: '/nonexistent' },
    extendEnv: false,
    timeout: VERSION_TIMEOUT_MS,
  }).catch((cause: unknown) => {
    throw new Failure('SystemRefused', `${binary} cannot be run: Terraform 1.11 or OpenTofu 1.10 or newer is needed on the worker.`, {
      cause,
    });
  });
  const [, name, version] = /^(Terraform|OpenTofu) v(\S+)/.exec(stdout) ?? [];
  if (name === undefined || version === undefined) throw new Failure('SystemRefused', `${binary} is neither Terraform nor OpenTofu.`);
  const tool: Tool = { product: name === 'OpenTofu' ? 'opentofu' : 'terraform', version };
  const oldest = OLDEST[tool.product];
  if (semver.lt(version, oldest)) throw new Failure('SystemRefused', `${name} ${version} is too old: ${oldest} or newer is needed.`);
  known.set(binary + written, tool);
  return tool;
}

/** Throws `SystemRefused` when a state was written by the other program: they do not read each other's states safely. */
export async function refuseOtherTool(state: StateStore, tool: Tool): Promise<void> {
  const wrote = await state.tool();
  if (!wrote || (wrote.product === tool.product && semver.gte(tool.version, wrote.version))) return;
  throw new Failure(
    'SystemRefused',
    `State ${state.key} was written by ${wrote.product} ${wrote.version}; ${tool.product} ${tool.version} must not go on with it.`,
  );
}
