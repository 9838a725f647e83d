import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { projectRoot } from '../../local/project-root.js';
import { stackAddresses, stackCredentials, stackTools } from '../support/stack.js';

const example = join(projectRoot, 'examples', 'track-and-trace', '1.0.0');

/** How often a plain script would look. */
const POLL_MS = 100;

/** What the plain script is given: made before the clock starts. */
export interface Prepared {
  folder: string;
  prefix: string;
  statements: string[];
}

/**
 * The yardstick: what somebody would write by hand to deploy the example once, one call after the other. The same calls to the same
 * servers as Steward's effects, and nothing of what Steward does besides: no judging, no way back, no record, no second look.
 */
export async function plainDeploy({ folder, prefix, statements }: Prepared): Promise<{ [part: string]: number }> {
  const times: { [part: string]: number } = {};
  const timed = async (part: string, work: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await work();
    times[part] = performance.now() - began;
  };
  const terraform = (...args: string[]) => execa(stackTools().provisioner.binary, args, { cwd: folder, env: terraformEnv(folder, prefix) });
  await timed('terraform init', () => terraform('init', '-input=false'));
  await timed('terraform plan', () => terraform('plan', '-input=false', '-out=plan.bin'));
  await timed('terraform apply', () => terraform('apply', '-input=false', 'plan.bin'));
  await timed('schemas', () => schemas(prefix));
  await timed('stream SQL', () => streamSql(statements));
  return times;
}

/** The module, the settings of providers and state, and the statements with their variables filled in. */
export async function prepare(prefix: string, stateBucket: string): Promise<Prepared> {
  const { kafka, s3, schemaRegistry } = stackAddresses();
  const folder = await mkdtemp(join(tmpdir(), 'steward-bench-script-'));
  await cp(join(example, 'terraform'), folder, { recursive: true });
  const backend = {
    bucket: stateBucket,
    key: `plain-script/${prefix}/terraform.tfstate`,
    region: s3.region,
    endpoints: { s3: s3.endpoint },
    use_lockfile: true,
    use_path_style: true,
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_region_validation: true,
    skip_requesting_account_id: true,
  };
  const provider = { kafka: [{ bootstrap_servers: [kafka], tls_enabled: false }] };
  await writeFile(join(folder, 'script.tf.json'), JSON.stringify({ terraform: { backend: { s3: backend } }, provider }));
  const mirror = JSON.stringify(stackTools().providerMirror);
  await writeFile(join(folder, 'cli.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
  const variables = { topic_prefix: prefix, bootstrap_servers: kafka, schema_registry_url: schemaRegistry };
  const files = ['10-trip-events', '20-trip-status', '30-trip-position'];
  const texts = await Promise.all(files.map((name) => readFile(join(example, 'sql', 'flink', `${name}.sql`), 'utf8')));
  const statements = texts
    .join('\n')
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/\$\{(\w+)\}/g, (_, name: keyof typeof variables) => variables[name])
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  return { folder, prefix, statements: [`SET 'pipeline.name' = '${prefix}script'`, ...(await withSchemas(statements))] };
}

export const tidy = ({ folder }: Prepared): Promise<void> => rm(folder, { recursive: true, force: true });

const terraformEnv = (folder: string, prefix: string): { [name: string]: string } => {
  const { accessKeyId, secretAccessKey } = stackCredentials();
  return {
    TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc'),
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    TF_VAR_topic_prefix: prefix,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
};

const outputs = ['trip-status', 'trip-position'] as const;
const schemaOf = async (port: string): Promise<string> =>
  JSON.stringify(JSON.parse(await readFile(join(example, 'schemas', `${port}.avsc`), 'utf8')));

/** Sinks write under the registered schema; without it Flink would register one of its own. */
async function withSchemas(statements: string[]): Promise<string[]> {
  const schemas = new Map(await Promise.all(outputs.map(async (port) => [port, await schemaOf(port)] as const)));
  return statements.map((statement) => {
    const port = outputs.find((name) => statement.startsWith('CREATE') && statement.includes(`${name}'`));
    if (!port) return statement;
    return statement.replace(/\)\s*$/, `, 'value.avro-confluent.schema' = '${schemas.get(port)!.replaceAll("'", "''")}')`);
  });
}

async function schemas(prefix: string): Promise<void> {
  const { schemaRegistry } = stackAddresses();
  for (const port of ['trip-event', ...outputs]) {
    const subject = encodeURIComponent(`${prefix}${port === 'trip-event' ? 'trip-events' : port}-value`);
    if (port !== 'trip-event') await json(`${schemaRegistry}/config/${subject}`, { compatibility: 'FORWARD_TRANSITIVE' }, 'PUT');
    await json(`${schemaRegistry}/subjects/${subject}/versions`, { schema: await schemaOf(port), schemaType: 'AVRO' });
  }
}

async function streamSql(statements: string[]): Promise<void> {
  const { flinkGateway, flinkRest } = stackAddresses();
  const { sessionHandle } = await json<{ sessionHandle: string }>(`${flinkGateway}/v1/sessions`, { properties: {} });
  const session = `${flinkGateway}/v1/sessions/${sessionHandle}`;
  const jobs: string[] = [];
  for (const statement of statements) {
    const { operationHandle } = await json<{ operationHandle: string }>(`${session}/statements`, { statement });
    const jobId = await until(async () => {
      const page = await json<{ resultType: string; jobID?: string }>(`${session}/operations/${operationHandle}/result/0?rowFormat=JSON`);
      return page.resultType === 'NOT_READY' ? undefined : (page.jobID ?? 'none');
    });
    if (jobId !== 'none') jobs.push(jobId);
  }
  await until(async () => {
    const { jobs: all } = await json<{ jobs: { jid: string; tasks: { total: number; running: number } }[] }>(`${flinkRest}/jobs/overview`);
    const own = all.filter(({ jid }) => jobs.includes(jid));
    return own.length === jobs.length && own.every(({ tasks }) => tasks.total > 0 && tasks.running === tasks.total) ? true : undefined;
  });
  await json(session, undefined, 'DELETE');
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await delay(POLL_MS);
  }
}

async function json<T>(url: string, body?: object, method = body ? 'POST' : 'GET'): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json().catch(() => undefined)) as T;
}
