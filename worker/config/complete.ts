import { dirname, resolve } from 'node:path';
import ms, { type StringValue } from 'ms';
import type { NotificationSettings } from '../../activities/notifications/index.js';
import type { TokenSettings } from '../../identity/index.js';
import type { Environment } from '../../lifecycle/environment.js';
import type { CodecServerSettings, EncryptionSettings, EndpointSettings, IdentitySettings, WorkerConfig } from './config.js';

/** Of one issuer. */
export type WrittenTokens = Omit<TokenSettings, 'clockToleranceMs'> & { clockTolerance: string };

/** One issuer needs no list. */
export const issuersOf = (tokens: WrittenTokens | WrittenTokens[]): WrittenTokens[] => (Array.isArray(tokens) ? tokens : [tokens]);

/** The file after the schema has filled in its own defaults: names, stages, paths and milliseconds are still as written. */
export interface WrittenConfig extends Omit<WorkerConfig, 'environments' | 'notifications' | 'timeouts' | 'identity' | 'encryption'> {
  environments: { [name: string]: Omit<Environment, 'name' | 'stage'> & { stage?: string } };
  notifications: Partial<Pick<NotificationSettings, 'source'>> & Omit<NotificationSettings, 'source'>;
  encryption?: Omit<EncryptionSettings, 'codecServer'> & {
    codecServer?: Omit<CodecServerSettings, 'origins'> & Partial<Pick<CodecServerSettings, 'origins'>>;
  };
  identity: Omit<IdentitySettings, 'tokens'> & { tokens?: WrittenTokens | WrittenTokens[] };
  timeouts: {
    heartbeat: string;
    planPatience: string;
    applyPatience: string;
    undoPatience: string;
    shutdownGrace: string;
    takeoverWait?: string;
    notificationPatience: string;
  };
}

/** Fills in what depends on something else: an environment's name and stage, paths beside the file, waits that follow from others. */
export function complete({ encryption, ...written }: WrittenConfig, file: string): WorkerConfig {
  const folder = dirname(resolve(file));
  const environments = Object.entries(written.environments).map(([name, environment]): [string, Environment] => {
    const { terraform } = environment;
    const placed = terraform && { ...terraform, mirror: resolve(folder, terraform.mirror) };
    return [name, { ...environment, name, stage: environment.stage ?? name, ...(placed && { terraform: placed }) }];
  });
  const { authorities } = written.descriptors;
  return {
    ...written,
    scratch: resolve(folder, written.scratch),
    descriptors: { ...written.descriptors, ...(authorities !== undefined && { authorities: resolve(folder, authorities) }) },
    policies: { ...written.policies, ...(written.policies.folder !== undefined && { folder: resolve(folder, written.policies.folder) }) },
    identity: identityOf(written.identity, folder),
    ...(encryption && { encryption: encryptionOf(encryption, written.uiUrl, folder) }),
    environments: Object.fromEntries(environments),
    // The namespace is part of it, so that two Stewards never speak under one name.
    notifications: { source: written.uiUrl, ...written.notifications },
    timeouts: inMilliseconds(written.timeouts),
  };
}

function identityOf({ tokens, endpoint, ...keys }: WrittenConfig['identity'], folder: string): IdentitySettings {
  return {
    ...keys,
    ...(tokens && { tokens: issuersOf(tokens).map(tokensOf) }),
    ...(endpoint && { endpoint: placed(endpoint, folder) }),
  };
}

function encryptionOf(
  { codecServer, ...keys }: NonNullable<WrittenConfig['encryption']>,
  uiUrl: string,
  folder: string,
): EncryptionSettings {
  return {
    ...keys,
    ...(codecServer && { codecServer: placed({ ...codecServer, origins: originsOf(codecServer.origins ?? [uiUrl]) }, folder) }),
  };
}

/** As browsers write them. */
const originsOf = (addresses: string[]): string[] => addresses.map((address) => new URL(address).origin);

const tokensOf = ({ clockTolerance, ...others }: WrittenTokens): TokenSettings => ({
  ...others,
  clockToleranceMs: milliseconds(clockTolerance),
});

const placed = <T extends EndpointSettings>(endpoint: T, folder: string): T =>
  endpoint.certificate === undefined ? endpoint : { ...endpoint, certificate: resolve(folder, endpoint.certificate) };

function inMilliseconds(written: WrittenConfig['timeouts']): WorkerConfig['timeouts'] {
  const heartbeatMs = milliseconds(written.heartbeat);
  const shutdownGraceMs = milliseconds(written.shutdownGrace);
  return {
    heartbeatMs,
    planPatienceMs: milliseconds(written.planPatience),
    applyPatienceMs: milliseconds(written.applyPatience),
    undoPatienceMs: milliseconds(written.undoPatience),
    shutdownGraceMs,
    notificationPatienceMs: milliseconds(written.notificationPatience),
    // By then a former holder has missed its heartbeat and was stopped, so that no effect of it can still come.
    takeoverWaitMs: written.takeoverWait === undefined ? heartbeatMs + shutdownGraceMs : milliseconds(written.takeoverWait),
  };
}

/** The schema has seen to the form. */
export const milliseconds = (duration: string): number => ms(duration as StringValue);
