import { describe, expect, it } from '@jest/globals';
import type { EngineDeps } from '../../../../activities/engine/index.js';
import { assertMayStart, byName, groupsOf, isSamePerson, mayAsk, placeOf } from '../../../../activities/engine/people.js';
import { requesterOf } from '../../../../activities/engine/requester.js';
import { REGISTRY } from '../../../../lifecycle/ids.js';
import { knownAs } from '../../../../lifecycle/people.js';
import { parseConfig } from '../../../../worker/config/load.js';
import { plainGovernance } from '../../../support/governance.js';

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
    const refused = async () => assertMayStart({ ...place, identity: 'claim' }, ['register'], { name: 'somebody', groups: [] }, 'Testing');
    await expect(refused()).rejects.toMatchObject(setting('starters'));
  });
});

describe('people', () => {
  const place = {
    name: 'prod',
    ...plainGovernance({
      groups: { owners: ['ann', 'ben'], security: ['sam'] },
      accounts: { ann: ['ann.admin', 'a.n'] },
      suspended: ['ben', 'sam.token'],
      starters: [{ operations: ['deploy'], groups: ['owners'], domains: ['*'] }],
    }),
  };
  const person = (name: string, ...groups: string[]) => ({ name, groups });

  it('are known by one name, whichever of theirs they come under', () => {
    for (const name of ['ann', 'ann.admin', 'a.n']) expect(knownAs(place, name)).toBe('ann');
    expect(knownAs(place, 'eve')).toBe('eve');
    expect(knownAs({ accounts: {} }, 'constructor')).toBe('constructor');
    expect(byName(place, 'a.n', 'claim')).toEqual({ name: 'ann', subject: 'ann', groups: [], level: 'claim' });
  });

  it('are the same by subject or by name, and otherwise two', () => {
    const [ann, admin] = [byName(place, 'ann', 'claim'), byName(place, 'ann.admin', 'claim')];
    expect(isSamePerson(place, ann, admin)).toBe(true);
    expect(isSamePerson(place, { name: 'x', subject: 's' }, { name: 'y', subject: 's' })).toBe(true);
    expect(isSamePerson(place, { name: 'ann.admin', subject: 's' }, { name: 'a.n', subject: 't' })).toBe(true);
    expect(isSamePerson(place, ann, byName(place, 'ben', 'claim'))).toBe(false);
  });

  it('have the groups of the configuration under all their names, and those of a token as far as the configuration knows them', () => {
    expect(groupsOf(place, person('ann.admin'))).toEqual(['everybody', 'owners']);
    expect(groupsOf(place, person('ann', 'security'))).toEqual(['everybody', 'owners', 'security']);
    expect(groupsOf(place, person('eve', 'security', 'made-up', 'everybody'))).toEqual(['everybody', 'security']);
    expect(groupsOf(place, person('eve'))).toEqual(['everybody']);
  });

  it('have none once they are suspended, whatever a token says, and may ask for nothing', () => {
    expect(groupsOf(place, person('ben', 'security'))).toEqual([]);
    expect(groupsOf(place, person('sam.token', 'security'))).toEqual([]);
    expect(mayAsk(place, person('ben'))).toBe(false);
    expect(() => assertMayStart(place, ['deploy'], person('ben', 'owners'), 'any')).toThrow('ben may not start deploy');
  });

  it('are suspended under all their names when one of these is', () => {
    const closed = { ...place, suspended: ['a.n'] };
    for (const name of ['ann', 'ann.admin', 'a.n']) expect(groupsOf(closed, person(name))).toEqual([]);
  });

  it('may ask where one of their groups may start something, and start only what that is', () => {
    expect([mayAsk(place, person('ann')), mayAsk(place, person('eve')), mayAsk(place, person('eve', 'owners'))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(() => assertMayStart(place, ['deploy'], person('eve', 'owners'), 'any')).not.toThrow();
    expect(() => assertMayStart(place, ['retire'], person('ann'), 'any')).toThrow('environments.prod.starters');
  });
});
