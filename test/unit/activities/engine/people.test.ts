import { describe, expect, it } from '@jest/globals';
import type { EngineDeps } from '../../../../activities/engine/index.js';
import { assertMayStart, placeOf } from '../../../../activities/engine/people.js';
import { requesterOf } from '../../../../activities/engine/requester.js';
import { REGISTRY } from '../../../../lifecycle/ids.js';
import { parseConfig } from '../../../../worker/config/load.js';

describe('a worker whose configuration says nothing about registrations', () => {
  const { registration } = parseConfig(
    `
catalog: { bucket: catalog, region: us-east-1, accessKeyId: env:ID, secretAccessKey: env:KEY }
executors: { command: { slots: 1 } }
uiUrl: http://127.0.0.1:8233/namespaces/default
environments: { dev: { kafka: { bootstrapServers: ['127.0.0.1:9092'] } } }
`,
    '/nowhere/steward.yaml',
  );
  const place = placeOf({ environments: new Map(), registration }, REGISTRY);
  const setting = (name: string) => ({
    type: 'NotAllowed',
    message: expect.stringContaining(`registration.${name} in the worker's configuration`),
  });

  it('lets nobody register, and names the setting', async () => {
    const asking = { operation: 'register' as const, input: { requestedBy: 'somebody' }, holder: { workflowId: 'w', runId: 'r' } };
    await expect(requesterOf({ workerKeys: [] } as unknown as EngineDeps, place, asking)).rejects.toMatchObject(setting('identity'));
    const refused = async () => assertMayStart({ ...place, identity: 'claim' }, 'register', { name: 'somebody', groups: [] }, 'Testing');
    await expect(refused()).rejects.toMatchObject(setting('starters'));
  });
});
