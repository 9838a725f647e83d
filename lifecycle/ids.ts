import type { Digest } from './digest.js';

/** Every id, key and queue name in one place. No `/` in workflow ids: the server's HTTP API cannot serve them. */

export type OperationKind = 'register' | 'deploy' | 'upgrade' | 'retire' | 'recover' | 'rehearse' | 'inspect';
/** The operations that lead from a plan to a result: what a rehearsal is made of, too. */
export type RunKind = Exclude<OperationKind, 'register' | 'rehearse' | 'inspect'>;

/** As people type it into the Temporal UI, and as histories keep it. */
export const workflowTypeOf = <K extends OperationKind>(operation: K): `${K}DataProduct` => `${operation}DataProduct`;

/** The other way round, e.g. `deploy`; types that are no operations (`policyException`, `notify`) as they are. */
export const operationOf = (workflowType: string): string => workflowType.replace(/DataProduct$/, '');

export const registerWorkflowId = (line: string, version: string): string => `register:${line}@${version}`;
export const operationWorkflowId = (operation: Exclude<OperationKind, 'register'>, environment: string, line: string): string =>
  `${operation}:${environment}:${line}`;
/** Beside the operations, so that plans of pull requests keep nobody waiting. One for each content. */
export const unregisteredPlanWorkflowId = (environment: string, line: string, bundle: Digest): string =>
  `plan:${environment}:${line}:${shortDigest(bundle)}`;
export const exceptionWorkflowId = (environment: string, line: string, digest: Digest): string =>
  `exception:${environment}:${line}:${shortDigest(digest)}`;

/** @param id of the notification; one that was sent once is not sent again under the same id */
export const notificationWorkflowId = (id: string): string => `notify:${id.replaceAll('/', ':')}`;

/** The memo of a run that the command line has started: the digest of its input, by which the same request is known again. */
export const REQUEST_MEMO = 'request';

/** The queue of the workflows and of the engine's own activities. */
export const ENGINE_QUEUE = 'steward';
/** Each executor has a queue, and so slots, of its own. */
export const executorQueue = (executor: string): string => `${ENGINE_QUEUE}.${executor}`;

/** Each target of notifications, too: one that hangs keeps nobody else waiting. */
export const notificationQueue = (target: string): string => `${ENGINE_QUEUE}.notifications.${target}`;

export const PRODUCTS_PREFIX = 'products/';
export const productKey = (line: string): string => `${PRODUCTS_PREFIX}${line}/product.json`;
export const environmentsPrefix = (line: string): string => `${PRODUCTS_PREFIX}${line}/environments/`;
/** Instances and the operation record of one product in one environment: one object, so that one write commits both. */
export const environmentKey = (line: string, environment: string): string => `${environmentsPrefix(line)}${environment}/environment.json`;
export const exceptionsPrefix = (line: string, environment: string): string => `${environmentsPrefix(line)}${environment}/exceptions/`;
/** One file a request: after a no, the same exception can be asked for again. @param request the request's deadline, ISO time */
export const exceptionKey = (line: string, environment: string, digest: Digest, request: string): string =>
  `${exceptionsPrefix(line, environment)}${hex(digest)}-${request.replaceAll(/[^0-9TZ]/g, '')}.json`;
/** One file an exception that has run out: the flag of its last life. */
export const flagsPrefix = (line: string, environment: string): string => `${environmentsPrefix(line)}${environment}/flags/`;
export const flagKey = (line: string, environment: string, digest: Digest): string =>
  `${flagsPrefix(line, environment)}${hex(digest)}.json`;
/** True for the key of a flag, among those of a product. */
export const isFlagKey = (key: string): boolean => /\/environments\/[^/]+\/flags\//.test(key);
/** True for the key of a decision, among those of a product. */
export const isExceptionKey = (key: string): boolean => /\/environments\/[^/]+\/exceptions\//.test(key);
/** The stored result of an idempotency key, by the key's digest (keys hold characters that S3 keys should not). */
export const resultKey = (keyDigest: Digest): string => `results/${hex(keyDigest)}.json`;
/** A statement that was used, by the digest of its id. */
export const statementKey = (jti: Digest): string => `statements/${hex(jti)}.json`;
/** The published descriptor of a version: resolved, canonical, for discovery tools. */
export const metadataKey = (line: string, version: string): string => `metadata/${line}/${version}.json`;
export const blobKey = (digest: Digest): string => `blobs/sha256/${hex(digest)}`;
export const evidencePrefix = (line: string): string => `evidence/${line}/`;
/** True for the key of a rehearsal's evidence, among those of a product. */
export const isRehearsalKey = (key: string): boolean => /Z-rehearse(-[0-9a-f]+)?\.json$/.test(key);
export const evidenceKey = (line: string, at: string, operation: string): string => `${evidencePrefix(line)}${at}-${operation}.json`;
/** Terraform state: one key a product major, environment and task, so that majors stand side by side. */
export const terraformStateKey = (fqn: string, environment: string, taskId: string): string =>
  `terraform/${environment}/${fqn}/${taskId}/terraform.tfstate`;

/** Same taking of the record, same step: same key. Survives retries, and resets of the run to after the taking. */
export const stepKey = (line: string, environment: string, take: number, step: string): string => `${environment}/${line}/${take}/${step}`;

/** Stands where an environment's name stands, for decisions on registrations: these belong to none. No environment may be named so. */
export const REGISTRY = 'registry';

/**
 * The twin of an environment: where one product is rehearsed. All that is kept by environment (records, states, ledgers, names of jobs) is
 * its own. Each product has a twin of its own, so that rehearsals do not meet. No environment can be named so: names have no dots.
 * @param lineDigest of the product's line
 */
export const twinName = (environment: string, lineDigest: Digest): string =>
  `${environment}.rehearsal-${shortDigest(lineDigest).slice(0, TWIN_DIGITS)}`;
/** Enough to keep products apart, few enough for names of topics. */
const TWIN_DIGITS = 8;
/** The way back: of which environment it is the twin, and what the names of all that it makes begin with; undefined for no twin. */
export function twinOf(name: string): { environment: string; prefix: string } | undefined {
  const [, environment, own] = /^([^.]+)\.(rehearsal-[0-9a-f]+)$/.exec(name) ?? [];
  return environment === undefined ? undefined : { environment, prefix: `${own}-` };
}

/** A digest without its `sha256:`. */
export const hex = (digest: Digest): string => digest.slice('sha256:'.length);
/** The first 12 digits: enough for people and names. */
export const shortDigest = (digest: Digest): string => hex(digest).slice(0, 12);

/** Kafka's default subject name strategy, TopicNameStrategy. */
export const subjectOf = (topic: string, part: 'key' | 'value'): string => `${topic}-${part}`;
