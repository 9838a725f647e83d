import { Failure } from '../../../lifecycle/failures.js';
import { httpClient, messageOf, type HttpAnswer, type HttpClient } from '../../support/http.js';
import type { ExecutorDeps } from '../deps.js';

/** The registry's own media type: every registry of this kind understands it. */
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

export interface SchemaReference {
  name: string;
  subject: string;
  version: number;
}

export interface SchemaDocument {
  schema: string;
  schemaType: 'AVRO' | 'JSON' | 'PROTOBUF';
  references?: SchemaReference[];
}

export interface RegisteredVersion extends SchemaDocument {
  subject: string;
  version: number;
  id: number;
}

export interface Compatibility {
  compatible: boolean;
  messages: string[];
}

/** The part of a Confluent-like schema registry's REST interface that Steward needs. Absent things are `undefined`, never an error. */
export class RegistryClient {
  constructor(
    private readonly http: HttpClient,
    private readonly signal?: AbortSignal,
  ) {}

  get endpoint(): string {
    return this.http.endpoint;
  }

  /** All of them, those whose versions are all soft-deleted, too. */
  async subjects(): Promise<string[]> {
    return ((this.ok(await this.send('GET', '/subjects', undefined, { deleted: 'true' })) as string[] | null) ?? []).sort();
  }

  /** Ascending; with `deleted` the soft-deleted ones too; empty for an unknown subject. */
  async versions(subject: string, deleted: 'live' | 'with deleted' = 'live'): Promise<number[]> {
    const answer = await this.send('GET', `${path(subject)}/versions`, undefined, deleted === 'live' ? {} : { deleted: 'true' });
    if (answer.status === 404) return [];
    return ((this.ok(answer) as number[] | null) ?? []).sort((a, b) => a - b);
  }

  async version(subject: string, version: number, deleted: 'live' | 'with deleted' = 'live'): Promise<RegisteredVersion | undefined> {
    const query: { [name: string]: string } = deleted === 'live' ? {} : { deleted: 'true' };
    const answer = await this.send('GET', `${path(subject)}/versions/${version}`, undefined, query);
    return answer.status === 404 ? undefined : registered(this.ok(answer));
  }

  /** The live version that holds this very schema. */
  async lookup(subject: string, document: SchemaDocument): Promise<RegisteredVersion | undefined> {
    const answer = await this.send('POST', path(subject), document);
    return answer.status === 404 ? undefined : registered(this.ok(answer));
  }

  /** What a record's schema id stands for; undefined when the registry does not know it. */
  async schema(id: number): Promise<SchemaDocument | undefined> {
    const answer = await this.send('GET', `/schemas/ids/${id}`);
    if (answer.status === 404) return undefined;
    const { schema, schemaType, references } = this.ok(answer) as Partial<SchemaDocument> & { schema: string };
    return { schema, schemaType: schemaType ?? 'AVRO', ...(references?.length ? { references } : {}) };
  }

  /** Throws `SchemaIncompatible` (409) and `TemplateRefused` (the registry does not understand the schema). Idempotent. */
  async register(subject: string, document: SchemaDocument): Promise<void> {
    const answer = await this.send('POST', `${path(subject)}/versions`, document);
    if (answer.status === 409)
      throw new Failure('SchemaIncompatible', `the registry refuses the schema of ${subject}: ${messageOf(answer.body)}`);
    if (answer.status === 422)
      throw new Failure('TemplateRefused', `the registry cannot read the schema of ${subject}: ${messageOf(answer.body)}`);
    this.ok(answer);
  }

  /** Against all live versions by the level that is set now; compatible when there is nothing to compare with. */
  async compatibility(subject: string, document: SchemaDocument): Promise<Compatibility> {
    const answer = await this.send('POST', `/compatibility${path(subject)}/versions`, document, { verbose: 'true' });
    if (answer.status === 404) return { compatible: true, messages: [] };
    if (answer.status === 422) return { compatible: false, messages: [messageOf(answer.body)] };
    const { is_compatible, messages } = this.ok(answer) as { is_compatible: boolean; messages?: string[] };
    return { compatible: is_compatible, messages: messages ?? [] };
  }

  /** The subject's own level, not the one inherited. */
  async level(subject: string): Promise<string | undefined> {
    const answer = await this.send('GET', config(subject));
    return answer.status === 404 ? undefined : (this.ok(answer) as { compatibilityLevel: string }).compatibilityLevel;
  }

  async setLevel(subject: string, level: string): Promise<void> {
    this.ok(await this.send('PUT', config(subject), { compatibility: level }));
  }

  /** Back to the inherited level; harmless when there is none of its own. */
  async clearLevel(subject: string): Promise<void> {
    this.okOrAbsent(await this.send('DELETE', config(subject)));
  }

  /** Ids stay resolvable. Harmless when it is gone already. */
  async softDelete(subject: string, version: number): Promise<void> {
    this.okOrAbsent(await this.send('DELETE', `${path(subject)}/versions/${version}`));
  }

  /** For good, when all its versions are soft-deleted; ids are not resolvable any more. Harmless when it is gone already. */
  async dropSubject(subject: string): Promise<void> {
    this.okOrAbsent(await this.send('DELETE', path(subject), undefined, { permanent: 'true' }));
  }

  private send(method: string, at: string, body?: unknown, query?: { [name: string]: string }): Promise<HttpAnswer> {
    return this.http.request(method, at, { body, query, signal: this.signal });
  }

  private ok(answer: HttpAnswer): unknown {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Failure('SystemRefused', `${this.http.system} at ${this.endpoint} answered ${answer.status}: ${messageOf(answer.body)}`);
  }

  private okOrAbsent(answer: HttpAnswer): void {
    if (answer.status !== 404) this.ok(answer);
  }
}

/** The client of an environment's registry. Throws `InvalidInput` when the environment has none. */
export function registryOf(deps: ExecutorDeps, environment: string, signal?: AbortSignal): RegistryClient {
  const system = deps.environment(environment).schemaRegistry;
  if (!system) throw new Failure('InvalidInput', `environment ${environment} names no schema registry`);
  const credentials =
    system.username && system.password ? { username: system.username, password: deps.secret(system.password) } : undefined;
  return new RegistryClient(httpClient({ system: 'schema registry', url: system.url, credentials, contentType: MEDIA_TYPE }), signal);
}

const path = (subject: string): string => `/subjects/${encodeURIComponent(subject)}`;
const config = (subject: string): string => `/config/${encodeURIComponent(subject)}`;

/** The registry leaves `schemaType` out when it is Avro. */
function registered(body: unknown): RegisteredVersion {
  const { subject, version, id, schema, schemaType, references } = body as RegisteredVersion;
  return { subject, version, id, schema, schemaType: schemaType ?? 'AVRO', ...(references?.length ? { references } : {}) };
}
