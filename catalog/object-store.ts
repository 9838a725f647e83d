import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { endpointName, type CatalogConfig } from './config.js';
import { asFailure, isAbsent, isLostRace } from './errors.js';

// The client tells at every start that it will want a newer Node one day; whoever reads that in a log cannot act on it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** A store in the same network accepts a connection within milliseconds; a dead address must not cost a whole attempt. */
const CONNECT_TIMEOUT_MS = 2_000;
/** The largest object, a bundle of 20 MiB, must fit on a 10 Mbit/s line. */
const REQUEST_TIMEOUT_MS = 20_000;
/** Tries of a request that may be repeated; with the SDK's backoff a dead store is told within about a second. */
const ATTEMPTS = 3;
/** Sockets of one process: activities run a few dozen at a time, and the store serialises writes anyhow. */
const MAX_SOCKETS = 16;

export interface StoredObject {
  bytes: Uint8Array;
  etag: string;
  metadata: { [name: string]: string };
}

/** The few requests that the catalog makes. Every error leaves as a Failure that names the endpoint. */
export interface ObjectStore {
  readonly name: string;
  readonly bucket: string;
  readonly client: S3Client;
  get(key: string): Promise<StoredObject | undefined>;
  has(key: string): Promise<boolean>;
  /** Writes once: false = something is there already (our own earlier try included). */
  create(key: string, bytes: Uint8Array, contentType: string): Promise<boolean>;
  /**
   * Replaces exactly the object with `etag` (undefined: only when absent). False = lost the race. Sent once: a repeat after an unknown
   * outcome would see its own write as somebody else's, so the caller decides what a SystemUnavailable means.
   */
  swap(key: string, bytes: Uint8Array, etag: string | undefined, metadata: { [name: string]: string }): Promise<boolean>;
  /** Keys below `prefix`, in order. */
  keys(prefix: string): Promise<string[]>;
  /** Names directly below `prefix` that have something below them, in order. */
  folders(prefix: string): Promise<string[]>;
  /** Runs one request of the client with the errors mapped. */
  tell<T>(action: string, request: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Connects lazily: the first request opens the first connection. */
export function createObjectStore(config: CatalogConfig): ObjectStore {
  const options: S3ClientConfig = {
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // S3-compatible servers have no host name a bucket.
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, forcePathStyle: true }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  };
  const repeatable = new S3Client({ ...options, maxAttempts: ATTEMPTS });
  const once = new S3Client({ ...options, maxAttempts: 1 });
  const name = endpointName(config);
  const Bucket = config.bucket;

  async function tell<T>(action: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw asFailure(error, name, action);
    }
  }
  const unlessAbsent = async <T>(request: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await request();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };
  const unlessLost = async (request: () => Promise<unknown>): Promise<boolean> => {
    try {
      await request();
      return true;
    } catch (error) {
      // If-Match on a key that is gone answers 404.
      if (isLostRace(error) || isAbsent(error)) return false;
      throw error;
    }
  };

  return {
    name,
    bucket: Bucket,
    client: repeatable,
    tell,
    get: (Key) =>
      tell(`read ${Key}`, () =>
        unlessAbsent(async () => {
          const answer = await repeatable.send(new GetObjectCommand({ Bucket, Key }));
          const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
          return { bytes, etag: answer.ETag ?? '', metadata: answer.Metadata ?? {} };
        }),
      ),
    has: (Key) =>
      tell(
        `look for ${Key}`,
        async () => (await unlessAbsent(() => repeatable.send(new HeadObjectCommand({ Bucket, Key })))) !== undefined,
      ),
    create: (Key, Body, ContentType) =>
      tell(`write ${Key}`, () =>
        unlessLost(() => repeatable.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, IfNoneMatch: '*' }))),
      ),
    swap: (Key, Body, etag, Metadata) =>
      tell(`write ${Key}`, () => {
        const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
        return unlessLost(() =>
          once.send(new PutObjectCommand({ Bucket, Key, Body, Metadata, ContentType: 'application/json', ...condition })),
        );
      }),
    keys: (Prefix) =>
      tell(`list ${Prefix}`, async () => {
        const keys: string[] = [];
        for await (const page of paginateListObjectsV2({ client: repeatable }, { Bucket, Prefix })) {
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
        }
        return keys.sort();
      }),
    folders: (Prefix) =>
      tell(`list ${Prefix}`, async () => {
        const names: string[] = [];
        for await (const page of paginateListObjectsV2({ client: repeatable }, { Bucket, Prefix, Delimiter: '/' })) {
          for (const entry of page.CommonPrefixes ?? []) if (entry.Prefix !== undefined) names.push(entry.Prefix.slice(Prefix.length, -1));
        }
        return names.sort();
      }),
    close: () => {
      repeatable.destroy();
      once.destroy();
    },
  };
}
