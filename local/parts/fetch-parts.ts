import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { withLock } from '../lock.js';
import { projectRoot, stewardFolder } from '../project-root.js';
import { catalogOfParts } from './catalog.js';
import type { Log, Part, PartName } from './part.js';
import { checkPrerequisites } from './prerequisites.js';

/** Go builds use every core by themselves; a second fetch fills the time they wait for the line. */
const PARALLEL_FETCHES = 2;

/** Written last, inside the folder: tells a person what the folder holds. */
const STAMP = 'part.json';

/** The part as it lies on disk. */
export type FetchedPart = { readonly name: PartName; readonly version: string; readonly folder: string };

export type FetchOptions = {
  readonly log?: Log;
  /** Where the parts are kept; the default is `.steward/parts` of the checkout. */
  readonly root?: string;
  /** Ends the fetch; a later one goes on where it was. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Sees to it that the parts named are there, fetching what is missing, two at a time; answers where each one lies.
 * A part appears whole or not at all; an interrupted fetch goes on where it was; of two processes one fetches and the other waits.
 * @throws MissingPrerequisites, DigestMismatch, or an Error with the tool's last lines.
 */
export async function fetchParts(
  names: readonly PartName[],
  { log = () => {}, root = join(stewardFolder, 'parts'), signal }: FetchOptions = {},
) {
  const wanted = await Promise.all(names.map((name) => place(catalogOfParts[name], root)));
  const missing = wanted.filter(({ folder }) => !existsSync(folder));
  await checkPrerequisites(missing.flatMap(({ part }) => part.needs));
  if (missing.length > 0) log(`fetching ${missing.length} pinned part(s) into ${root}, once`);
  await pMap(missing, (one) => fetchOne(one, log, signal), { concurrency: PARALLEL_FETCHES });
  return Object.fromEntries(wanted.map(({ part, folder }) => [part.name, { name: part.name, version: part.version, folder }])) as Record<
    PartName,
    FetchedPart
  >;
}

type Place = { readonly part: Part; readonly folder: string; readonly unfinished: string; readonly lock: string };

/** The folder's name holds a fingerprint of the pins and the platform: other pins are another folder, never a mixture. */
async function place(part: Part, root: string): Promise<Place> {
  const hash = createHash('sha256').update(`${part.name} ${part.version} ${process.platform} ${process.arch}`);
  for (const pin of part.pins) hash.update(await readFile(join(projectRoot, pin)));
  const name = `${part.version}-${hash.digest('hex').slice(0, 8)}`;
  const home = join(root, part.name);
  return { part, folder: join(home, name), unfinished: join(home, `${name}.unfinished`), lock: join(home, `${name}.lock`) };
}

async function fetchOne({ part, folder, unfinished, lock }: Place, log: Log, signal?: AbortSignal): Promise<void> {
  const title = `${part.name} ${part.version}`;
  const tell: Log = (line) => log(`${title}: ${line}`);
  await withLock(
    lock,
    async () => {
      if (existsSync(folder)) return;
      const started = Date.now();
      tell(`fetching (${part.size})`);
      await mkdir(unfinished, { recursive: true });
      await part.fetch({ folder: unfinished, log: tell, signal });
      await writeFile(
        join(unfinished, STAMP),
        `${JSON.stringify({ name: part.name, version: part.version, pins: part.pins }, undefined, 2)}\n`,
      );
      await rename(unfinished, folder);
      tell(`ready after ${((Date.now() - started) / 1000).toFixed(0)} s`);
    },
    { onWait: (pid) => tell(`process ${pid} is fetching it; waiting`), signal },
  );
}
