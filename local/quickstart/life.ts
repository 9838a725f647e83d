import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lineOf, openBundle, packBundle, readDescriptor } from '../../descriptors/index.js';
import type { Digest } from '../../lifecycle/digest.js';
import { localPeople } from '../steward-config.js';
import { approveAsSomebodyElse } from './approve.js';
import type { Narrator } from './narrator.js';
import { change, ENVIRONMENT, register, type OnRequest } from './operate.js';
import { exampleFolder, feed, readPort } from './ports.js';
import { DEPRECATION_PERIOD, type Session } from './session.js';
import { finishWhatWasInterrupted } from './unfinished.js';
import { lookAtWorld, moreThan, type World } from './world.js';

/** How the deployed versions are used, between their deployment and what comes next. */
export type Use = {
  first(session: Session, narrator: Narrator): Promise<void>;
  later(session: Session, narrator: Narrator): Promise<void>;
};

/** Events go in, and a consumer of the output ports reads what the example expects. */
const byEvents: Use = {
  async first({ servers }, narrator) {
    narrator.tell(`${await feed(servers, 'events/trip-events.csv')} events sent`);
    await readPort(servers, narrator, 'tripStatus', 'events/expected-trip-status.csv');
    await readPort(servers, narrator, 'tripPosition', 'events/expected-trip-position.csv');
  },
  async later({ servers }, narrator) {
    narrator.tell(`${await feed(servers, 'events/later-trip-events.csv')} more events sent`);
    await readPort(servers, narrator, 'tripPosition', 'events/expected-later-trip-position.csv');
    await readPort(servers, narrator, 'tripPosition', 'events/expected-later-trip-position.csv', '1.0.0/schemas/trip-position.avsc');
  },
};

/**
 * The life of examples/track-and-trace: registered, deployed, used, upgraded, used again, retired; nothing is left but its history.
 * @param use where no engine processes events, a test leaves the events out
 */
export async function liveThroughExample(session: Session, narrator: Narrator, use = byEvents): Promise<void> {
  const { engine } = session.servers;
  const approve: OnRequest = (handle, request) => approveAsSomebodyElse(narrator, handle, request);
  const first = await upload(session, '1.0.0');
  const second = await upload(session, '1.1.0');
  const { line } = first;
  await finishWhatWasInterrupted(session, narrator, line);
  const before = await lookAtWorld(session);

  narrator.step('Register 1.0.0', 'Validated, compared with earlier versions, judged by policies, saved in the catalog, published.');
  await registerVersion(session, narrator, first);

  narrator.step(
    `Deploy 1.0.0 to ${ENVIRONMENT}`,
    `Topics by Terraform, schemas in the registry, one ${engine.name === 'ksqldb' ? 'query of ksqlDB' : 'Flink job'} for each output port, then probes.`,
  );
  await change(session, narrator, 'deploy', first);
  tellWorld(narrator, moreThan(before, await lookAtWorld(session)));

  narrator.step('Use it', 'Events go in as Avro, keyed by trip; the tables are what a consumer of the output ports reads.');
  await use.first(session, narrator);

  narrator.step('Register 1.1.0', 'It adds an optional field to the output port tripPosition: allowed in a minor version.');
  await registerVersion(session, narrator, second);
  narrator.step(
    'Upgrade to 1.1.0, in place',
    `What does not change goes on running.${engine.name === 'ksqldb' ? ' ksqlDB cannot take a column away again, so a policy asks for approval.' : ''}`,
  );
  await change(session, narrator, 'upgrade', second, approve);

  narrator.step('Use it again', 'One more trip: its positions carry the new field tripStatus. A reader with the schema of 1.0.0 reads on.');
  await use.later(session, narrator);

  narrator.step(
    'Retire it',
    `Announced first, removed after the deprecation period: ${DEPRECATION_PERIOD} in this environment instead of weeks. A policy asks for approval.`,
  );
  await change(session, narrator, 'retire', second, approve);

  narrator.step('Look for what is left', 'Asked of the servers themselves.');
  proveNothingLeft(narrator, before, await lookAtWorld(session));
  await tellHistory(session, narrator, line);
}

interface Version {
  line: string;
  version: string;
  bundle: Digest;
}

/** Packs a version of the example and puts it where the worker finds it: client and worker share no disk. */
async function upload({ catalog }: Session, version: string): Promise<Version> {
  const packed = await packBundle(join(exampleFolder, version));
  const { product, findings } = readDescriptor(await openBundle(packed.bytes));
  if (!product) throw new Error(`the example ${version} is not valid: ${findings.map(({ message }) => message).join('; ')}`);
  await catalog.blobs.putBytes(packed.bytes);
  const { fullyQualifiedName } = product.info;
  return { line: lineOf(fullyQualifiedName) ?? fullyQualifiedName, version, bundle: packed.digest };
}

async function registerVersion(session: Session, narrator: Narrator, version: Version): Promise<void> {
  const { state, bundle } = await register(session, narrator, version);
  if (state === 'alreadyRegistered')
    narrator.proved(`already registered by an earlier run, with this very content (${bundle}): nothing to do`);
  else narrator.proved(`${state} by ${localPeople.developer}: ${bundle}`);
}

function tellWorld(narrator: Narrator, made: [kind: string, names: string[]][]): void {
  for (const [kind, names] of made) narrator.proved(`${kind}: ${names.join(', ')}`);
}

/** @throws Error naming what is left */
function proveNothingLeft(narrator: Narrator, before: World, now: World): void {
  const left = moreThan(before, now);
  if (left.length > 0) throw new Error(`the retirement left: ${left.map(([kind, names]) => `${kind} ${names.join(', ')}`).join('; ')}`);
  if (!isDeepStrictEqual(before, now)) throw new Error('the retirement took away what was there before it');
  narrator.proved(`as before the first deploy: no ${Object.keys(now).join(', no ')} of the product`);
}

async function tellHistory({ catalog }: Session, narrator: Narrator, line: string): Promise<void> {
  const versions = Object.values((await catalog.products.read(line))?.record.versions ?? {});
  narrator.proved(`the catalog keeps its history: ${versions.map(({ version, state }) => `${version} ${state}`).join(', ')}; evidence:`);
  for (const key of await catalog.evidence.list(line)) narrator.tell(`  ${key}`);
}
