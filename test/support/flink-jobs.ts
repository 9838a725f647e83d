import { readApplication, type WantedJob } from '../../activities/executors/flink-sql/application.js';
import type { Json } from '../../lifecycle/digest.js';
import type { Environment } from '../../lifecycle/environment.js';

const environment = {
  name: 'test',
  kafka: { bootstrapServers: ['a:1', 'b:2'] },
  schemaRegistry: { url: 'http://registry' },
} as Environment;

/** The jobs that a script asks for, without a server. */
export function jobsOfScript(source: string, configurations: { [name: string]: Json } = {}): WantedJob[] {
  const task = {
    id: 't',
    component: { kind: 'application' as const, name: 'c', fqn: 'f' },
    service: 'flink-sql',
    phase: 'integrate' as const,
    bundle: 'sha256:0' as const,
    template: { inline: source },
    configurations,
  };
  const files = { root: '', list: () => [], read: () => new Uint8Array(), folder: () => new Map<string, Uint8Array>() };
  return readApplication(task, files, environment).jobs;
}
