import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { openStack } from '../bench/stack.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import { makeSecret, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { clearWorld } from '../support/world-snapshot.js';
import { historiesFolder } from './histories.js';
import { baking, inspections } from './looks.js';
import { deployments, expiry, incomplete, makeProducts, notifications, registrations, rehearsals, retirements } from './scenarios.js';
import type { Keep } from './scenarios.js';

/**
 * `npm run record-histories`: runs every operation to every outcome on a real stack and keeps the histories for replay.test.ts. Needed when
 * a workflow was changed on purpose in a way that running operations need not survive (before a release), never to make a replay pass.
 * Names of histories behind it (`-- inspect-healthy`): only these are kept, beside those that are there.
 */
async function main(): Promise<void> {
  const stack = await openStack();
  const world = await openWorld();
  const registry = await startCuttingProxy(new URL(stackAddresses().schemaRegistry).host);
  const receiver = await startWebhookReceiver();
  const products = makeProducts(world);
  const kept = new Map<string, string>();
  const keep: Keep = async (name, handle) => {
    kept.set(name, impersonal(historyToJSON(await handle.fetchHistory())));
    console.log(`recorded ${name}`);
  };
  try {
    const addresses = { ...stackAddresses(), schemaRegistry: `http://${registry.address}` };
    const impatient = { ...world.options, addresses, timeouts: { undoPatience: '3 seconds' } };
    world.options = { ...impatient, environment: { approvalDeadline: '3 seconds' }, notifications: targetsOf(receiver) };
    const first = await world.startWorker({ WEBHOOK_SECRET: receiver.secret, WRONG_SECRET: makeSecret() });
    await notifications(world, keep);
    await registrations(world, products, keep);
    await deployments(world, products, keep);
    await inspections(world, products, keep);
    await rehearsals(world, products, keep);
    await incomplete(world, products, registry, keep);
    await expiry(world, products, keep);
    first.kill('SIGTERM');
    await first.ended;
    world.options = impatient;
    const second = await world.startWorker();
    await retirements(world, products, keep);
    second.kill('SIGTERM');
    await second.ended;
    world.options = { ...impatient, environment: { bakeTime: '4 seconds' } };
    await world.startWorker();
    await baking(world, products, keep);
  } finally {
    await clearWorld(world, Object.values(products));
    await world.close();
    await registry.close();
    await receiver.down();
    await stack.stop();
  }
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !kept.has(name));
  if (unknown.length > 0) throw new Error(`nothing is recorded under ${unknown.join(', ')}; there are ${[...kept.keys()].join(', ')}`);
  await mkdir(historiesFolder, { recursive: true });
  // Only a whole recording replaces the former one.
  if (wanted.length === 0) for (const name of await readdir(historiesFolder)) await rm(join(historiesFolder, name));
  for (const [name, history] of kept)
    if (wanted.length === 0 || wanted.includes(name)) await writeFile(join(historiesFolder, `${name}.json`), history);
}

/** One that believes us, one that does not, one where nobody listens. */
function targetsOf({ url }: WebhookReceiver): object {
  const webhook = (key: string, event: string, at = url) => ({ type: 'webhook', secret: `env:${key}`, url: at, events: [event] });
  const targets = {
    hook: webhook('WEBHOOK_SECRET', 'requested'),
    doubting: webhook('WRONG_SECRET', 'requested'),
    closed: webhook('WEBHOOK_SECRET', 'expired', 'http://127.0.0.1:1/'),
  };
  return { targets };
}

/** Without what is of the machine that recorded it (its name, its folders), and without line breaks that would make it three times as large. */
function impersonal(history: string): string {
  // Workers name themselves and their own queues by process and machine.
  const machine = new RegExp(`\\d+@${hostname().replaceAll('.', '\\.')}`, 'g');
  const text = JSON.stringify(JSON.parse(history), (key, value: unknown) => {
    if (key === 'stackTrace') return '';
    return typeof value === 'string' ? value.replaceAll(machine, 'recorder') : value;
  });
  return `${text}\n`;
}

await main();
