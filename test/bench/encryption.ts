import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEncryptionKey, encryptingCodec, readEncryptionKey } from '../../encryption/index.js';
import { begin, register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

/** Of each, in turn, so that what else the machine does meets both; the first one warms the caches and is not counted. */
const ROUNDS = 21;

interface Measured {
  took: number;
  bytes: number;
  events: number;
}

/** Measures what encryption costs: the same plan, again and again, by a worker that encrypts and one that does not. */
export async function measureEncryption(): Promise<void> {
  const stack = await openStack();
  const home = await mkdtemp(join(tmpdir(), 'steward-bench-encryption-'));
  try {
    const key = createEncryptionKey();
    await writeFile(join(home, 'key'), key, { mode: 0o600 });
    const worlds = {
      plain: await openWorld(),
      encrypted: await openWorld({}, [encryptingCodec({ current: readEncryptionKey(key), former: [] })]),
    };
    worlds.encrypted.options = { encryption: { key: `file:${join(home, 'key')}` } };
    const products = Object.fromEntries(Object.entries(worlds).map(([name, world]) => [name, smallProduct(world, name, {})]));
    try {
      for (const [name, world] of Object.entries(worlds)) {
        await world.startWorker();
        await register(world, products[name]!);
      }
      const rounds: { [name: string]: Measured[] } = { plain: [], encrypted: [] };
      for (let round = 0; round < ROUNDS; round++)
        for (const [name, world] of Object.entries(worlds)) rounds[name]!.push(await plan(world, products[name]!));

      const of = (name: keyof typeof worlds) => {
        const counted = rounds[name]!.slice(1);
        const times = counted.map(({ took }) => took);
        return { ...counted.at(-1)!, took: median(times), least: Math.min(...times), most: Math.max(...times) };
      };
      const [plain, encrypted] = [of('plain'), of('encrypted')];
      const row = (what: string, { took, least, most, bytes, events }: ReturnType<typeof of>): string[] => [
        what,
        `${ms(took)} (${ms(least)} to ${ms(most)})`,
        `${(took / plain.took).toFixed(2)}`,
        `${(bytes / 1024).toFixed(0)} KiB, ${events} events`,
        `${(bytes / plain.bytes).toFixed(2)}`,
      ];
      console.log(`\nEncryption: a plan of a small product, median of ${ROUNDS - 1}:\n`);
      printTable(['what Temporal keeps', 'a plan', 'ratio', 'its history', 'ratio'], [row('plain', plain), row('encrypted', encrypted)]);
    } finally {
      for (const [name, world] of Object.entries(worlds)) {
        await clearWorld(world, [products[name]!]);
        await world.close();
      }
    }
  } finally {
    await rm(home, { recursive: true });
    await stack.stop();
  }
}

async function plan(world: StewardWorld, product: SmallProduct): Promise<Measured> {
  const began = performance.now();
  const handle = await begin(world, 'deploy', product, { dryRun: true });
  await handle.result();
  const took = performance.now() - began;
  const { historySize = 0, historyLength } = await handle.describe();
  return { took, bytes: historySize, events: historyLength };
}
