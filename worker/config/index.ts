export { configPath, loadConfig, parseConfig } from './load.js';
export { printRedacted } from './redacted.js';
export type {
  CodecServerSettings,
  EncryptionSettings,
  EndpointSettings,
  IdentitySettings,
  MonitoringSettings,
  VersioningSettings,
  WorkerConfig,
  WorkerTimeouts,
} from './config.js';
