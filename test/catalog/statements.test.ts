import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestCatalog, type TestCatalog } from '../support/test-catalog.js';

/** Proves that a signed statement counts once, whoever comes first, on the real store. */
describe('statements that were used', () => {
  let world: TestCatalog;
  beforeAll(async () => {
    world = await openTestCatalog();
  });
  afterAll(() => world.remove());

  const statement = (sub = 'ann@localhost') => ({ sub, jti: randomUUID(), exp: 1_800_000_000 });

  it('are nobody’s before, and their first user’s for good', async () => {
    const { statements } = world.catalog;
    const signed = statement();
    await expect(statements.read(signed)).resolves.toBeUndefined();
    const before = new Date().toISOString();
    const use = await statements.use(signed, 'deploy:local:a run-1');
    expect(use).toEqual({ user: 'deploy:local:a run-1', at: expect.any(String), exp: signed.exp });
    expect(use.at >= before && use.at <= new Date().toISOString()).toBe(true);
    await expect(statements.read(signed)).resolves.toEqual(use);
    // A retry of the same user asks again, also from another process; what it hears is the first time.
    await expect(world.connect().statements.use(signed, 'deploy:local:a run-1')).resolves.toEqual(use);
    for (const other of ['deploy:local:a run-2', 'deploy:prod:a run-1', '']) {
      await expect(world.connect().statements.use(signed, other)).resolves.toEqual(use);
      await expect(statements.read(signed)).resolves.toEqual(use);
    }
  });

  it('have one user when many come at once', async () => {
    for (let round = 0; round < 5; round++) {
      const signed = statement();
      const users = Array.from({ length: 8 }, (_, index) => `run-${index}`);
      const heard = await Promise.all(users.map((user) => world.connect().statements.use(signed, user)));
      const [winner] = heard;
      expect(users).toContain(winner!.user);
      expect(heard.map(({ user }) => user)).toEqual(users.map(() => winner!.user));
      await expect(world.catalog.statements.read(signed)).resolves.toEqual(winner);
    }
  });

  it('are told apart by signer: nobody uses up what another one signs', async () => {
    const { statements } = world.catalog;
    const [anns, bens] = [statement(), { ...statement('ben@localhost') }];
    bens.jti = anns.jti;
    await statements.use(bens, 'stranger');
    await expect(statements.read(anns)).resolves.toBeUndefined();
    await expect(statements.use(anns, 'run-1')).resolves.toMatchObject({ user: 'run-1' });
    await expect(statements.read(bens)).resolves.toMatchObject({ user: 'stranger' });
    // Not by names and ids that look like each other's when they stand in a row, either.
    const rows = [
      { sub: 'ab', jti: `c${anns.jti}` },
      { sub: 'a', jti: `bc${anns.jti}` },
      { sub: 'ab"', jti: `,"c${anns.jti}` },
      { sub: '../ab', jti: `c${anns.jti}` },
    ];
    for (const [index, row] of rows.entries())
      await expect(statements.use({ ...row, exp: 0 }, `user-${index}`)).resolves.toMatchObject({ user: `user-${index}` });
  });

  it('are not taken for unused when their entry is damaged', async () => {
    const signed = statement();
    const { statementKey } = await import('../../lifecycle/ids.js');
    const { digestOfJson } = await import('../../catalog/index.js');
    await world.overwrite(statementKey(digestOfJson([signed.sub, signed.jti])), 'torn');
    await expect(world.catalog.statements.read(signed)).rejects.toMatchObject({ name: 'Failure' });
    await expect(world.catalog.statements.use(signed, 'run-1')).rejects.toMatchObject({ name: 'Failure' });
  });
});
