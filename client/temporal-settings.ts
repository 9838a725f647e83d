import { fromTomlProfile, toClientOptions } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
// Its public functions read the codec server of a profile and leave it out.
import { tomlLoadClientConfigProfile } from '@temporalio/envconfig/lib/envconfig-toml.js';
import { Failure } from '../lifecycle/failures.js';
import type { CodecSettings } from './codec.js';

export type TemporalSettings = ClientConnectConfig & { address: string; namespace: string; codec?: CodecSettings };

/** Temporal's own default. */
const DEFAULT_ADDRESS = '127.0.0.1:7233';

/**
 * Where Temporal is and how it is reached, as Temporal's own tools read it: the variables TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_...,
 * TEMPORAL_API_KEY, TEMPORAL_CODEC_... over the profile of the file (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE).
 * Throws `InvalidInput` for settings that cannot be read, never with what they hold.
 */
export function temporalSettings(): TemporalSettings {
  try {
    const profile = tomlLoadClientConfigProfile({ overrideEnvVars: variables() });
    const settings = toClientOptions(fromTomlProfile(profile));
    const { address = DEFAULT_ADDRESS } = settings.connectionOptions;
    const { endpoint, auth } = profile.codec ?? {};
    const codec = endpoint ? { endpoint, ...(auth && { auth }) } : undefined;
    return { ...settings, address, namespace: settings.namespace ?? 'default', ...(codec && { codec }) };
  } catch (cause) {
    const { code, path, message } = cause as NodeJS.ErrnoException;
    // Errors of TOML show the lines around, which may hold a key: the first line alone says what is wrong.
    const why = code === undefined ? message.split('\n')[0]! : `${path} cannot be read (${code})`;
    throw new Failure('InvalidInput', `Temporal's settings cannot be used: ${why}`, {
      next: 'Correct TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, the file of the profiles, or the paths of TEMPORAL_TLS_...',
    });
  }
}

/** A pipeline sets a variable that it has no value for to nothing: that counts as not set. */
const variables = (): { [name: string]: string } =>
  Object.fromEntries(Object.entries(process.env).filter((each): each is [string, string] => Boolean(each[1])));
