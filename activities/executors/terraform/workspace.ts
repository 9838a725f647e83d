import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SecretRef } from '../../../lifecycle/environment.js';
import type { Session } from './session.js';
import { RESERVED_PREFIX } from './refusals.js';

/** Tries of one request to the state's store: more only hides for a minute what the next attempt of the activity handles anyway. */
const STATE_MAX_RETRIES = 3;

/** What the environment decides, beside the files of the template: its name begins with what a template may not use. */
const OWN_CONFIGURATION = 'steward.tf.json';

/** Where a run happens and what its programs may know. */
export interface Workspace {
  cwd: string;
  env: { [name: string]: string };
}

/**
 * Lays down the files of a run: the template as it is in the bundle, and beside it what the environment decides (state, providers,
 * variables). Nothing secret is written: secrets travel in the environment of the child, which holds nothing of the worker's own.
 */
export async function layDown(session: Session, folder: string): Promise<Workspace> {
  const moduleRoot = join(folder, 'module');
  for (const [path, bytes] of session.template.files) {
    if (path.endsWith('.terraform.lock.hcl')) continue;
    await mkdir(dirname(join(moduleRoot, path)), { recursive: true });
    await writeFile(join(moduleRoot, path), bytes);
  }
  const cwd = join(moduleRoot, session.template.root);
  const home = join(folder, 'home');
  const cliConfig = join(folder, 'cli.tfrc');
  const { configuration, secrets } = providerBlocks(session);
  await mkdir(home, { recursive: true });
  await writeFile(cliConfig, mirrorOnly(session.system.mirror));
  await writeFile(join(cwd, OWN_CONFIGURATION), JSON.stringify({ terraform: { backend: { s3: backend(session) } }, ...configuration }));
  await writeFile(join(cwd, 'steward_override.tf.json'), JSON.stringify(overrides(session)));
  await writeFile(join(cwd, 'steward.auto.tfvars.json'), JSON.stringify(session.variables.plain));
  const variables = { ...session.variables.secret, ...secrets };
  return {
    cwd,
    env: {
      HOME: home,
      LANG: 'C.UTF-8',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: cliConfig,
      // Only for the state; providers get what the environment configures for them.
      AWS_ACCESS_KEY_ID: session.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    },
  };
}

/** No `direct` block: providers come from the mirror or not at all. */
const mirrorOnly = (mirror: string): string =>
  `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;

function backend({ system: { state }, state: { key } }: Session): { [name: string]: unknown } {
  const own = {
    endpoints: { s3: state.endpoint },
    use_path_style: true,
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_region_validation: true,
    skip_requesting_account_id: true,
  };
  const common = { bucket: state.bucket, key, region: state.region, use_lockfile: true, max_retries: STATE_MAX_RETRIES };
  return state.endpoint === undefined ? common : { ...common, ...own };
}

/** The state that a run of Steward in this folder works on; undefined for a folder that it has not laid down, or that is gone. */
export function stateOfRun(folder: string): { bucket: string; key: string } | undefined {
  try {
    const own = JSON.parse(readFileSync(join(folder, OWN_CONFIGURATION), 'utf8')) as {
      terraform: { backend: { s3: { bucket: string; key: string } } };
    };
    return own.terraform.backend.s3;
  } catch {
    return undefined;
  }
}

/** The environment's provider blocks; a secret in one is a sensitive variable whose value only the child's environment has. */
function providerBlocks(session: Session): { configuration: { [name: string]: unknown }; secrets: { [name: string]: string } } {
  const secrets: { [name: string]: string } = {};
  const provider: { [name: string]: unknown } = {};
  for (const { name, configuration } of session.providers) {
    provider[name] = replaceSecrets(configuration, (ref) => {
      const variable = `${RESERVED_PREFIX}secret_${Object.keys(secrets).length}`;
      secrets[variable] = session.secret(ref);
      return `\${var.${variable}}`;
    });
  }
  const variable = Object.fromEntries(Object.keys(secrets).map((name) => [name, { type: 'string', sensitive: true }]));
  const configuration = {
    ...(session.providers.length === 0 ? {} : { provider }),
    ...(Object.keys(secrets).length === 0 ? {} : { variable }),
  };
  return { configuration, secrets };
}

/** Exact provider versions; and a variable that gets a secret is sensitive, whatever the template says of it. */
function overrides({ providers, variables }: Session): { [name: string]: unknown } {
  const required = Object.fromEntries(providers.map(({ name, source, version }) => [name, { source, version }]));
  const sensitive = Object.fromEntries(Object.keys(variables.secret).map((name) => [name, { sensitive: true }]));
  return {
    ...(providers.length === 0 ? {} : { terraform: { required_providers: required } }),
    ...(Object.keys(sensitive).length === 0 ? {} : { variable: sensitive }),
  };
}

function replaceSecrets(value: unknown, replace: (ref: SecretRef) => string): unknown {
  if (typeof value === 'string') return isSecretRef(value) ? replace(value) : literal(value);
  if (Array.isArray(value)) return value.map((item) => replaceSecrets(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceSecrets(item, replace)]));
}

/** Strings in a `*.tf.json` file are templates. */
const literal = (text: string): string => text.replaceAll('${', '$${').replaceAll('%{', '%%{');

const isSecretRef = (text: string): text is SecretRef => /^(env:[A-Za-z_]\w*|file:\/.+)$/.test(text);
