import type { Remainder } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';

type Notes = Pick<LedgerDeps, 'results'>;

/**
 * What one taking of a step (`key`) has begun, on whichever machine. Without it, what is in the world and in no state is somebody else's,
 * however much it looks like what this step was to make.
 */
export const noteBegun = async ({ results }: Notes, key: string): Promise<void> => {
  await results.put(`terraform/${key}/begun`, true);
};

export const hasBegun = async ({ results }: Notes, key: string): Promise<boolean> =>
  (await results.get(`terraform/${key}/begun`)) !== undefined;

/** The system has refused to create it because it is there: somebody was faster, so it is theirs. */
export const noteTaken = async ({ results }: Notes, key: string, address: string): Promise<void> => {
  await results.put(`terraform/${key}/taken/${address}`, true);
};

export const isTaken = async ({ results }: Notes, key: string, address: string): Promise<boolean> =>
  (await results.get(`terraform/${key}/taken/${address}`)) !== undefined;

/** An adopted thing could not be given back as it was, and nothing but this note knows of it any more. */
export const noteLost = async ({ results }: Notes, key: string, rest: Remainder): Promise<void> => {
  await results.put(`terraform/${key}/lost/${rest.address}`, rest);
};

export const lostAmong = async ({ results }: Notes, key: string, addresses: string[]): Promise<Remainder[]> =>
  (await Promise.all(addresses.map((address) => results.get<Remainder>(`terraform/${key}/lost/${address}`)))).filter(
    (rest) => rest !== undefined,
  );
