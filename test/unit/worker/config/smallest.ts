import { parse, stringify } from 'yaml';
import type { Finding } from '../../../../descriptors/finding.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { parseConfig } from '../../../../worker/config/index.js';

/** The least that a worker has to be told. */
export const smallest = `
catalog: { bucket: catalog, region: us-east-1, accessKeyId: env:ID, secretAccessKey: 'file:/run/secret' }
executors: { terraform: { slots: 1 } }
uiUrl: http://127.0.0.1:8233/namespaces/default
environments:
  dev:
    kafka: { bootstrapServers: ['127.0.0.1:9092'] }
`;

type Written = { environments: { dev: object }; [part: string]: object };

/** The smallest configuration with changes put into it, as text. */
export function changed(change: (config: Written) => void): string {
  const config = parse(smallest) as Written;
  change(config);
  return stringify(config);
}

/** What is said about a configuration that is refused. */
export function faultsOf(text: string): { failure: Failure; findings: Finding[] } {
  try {
    parseConfig(text, '/etc/steward/steward.yaml');
  } catch (error) {
    if (error instanceof Failure && error.type === 'InvalidInput') {
      return { failure: error, findings: (error.details as { findings: Finding[] }).findings };
    }
    throw error;
  }
  throw new Error('the configuration was taken');
}
