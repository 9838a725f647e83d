import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultWorld } from '../fault-world.js';
import type { SmallProduct } from '../small-product.js';
import { stackAddresses } from '../stack.js';
import { renamed } from '../world-snapshot.js';
import type { WorldSnapshot } from '../world-snapshot.js';
import { markCommands, marksFolder, quickProduct, versions } from './quick-product.js';
import type { Version } from './quick-product.js';
import { Stops } from './stops.js';
import { startWire } from './wire.js';
import type { Wire } from './wire.js';

/** What an operation may change of a product of the matrix. */
export interface QuickSnapshot extends WorldSnapshot {
  /** States of the registered versions. */
  versions: { [version: string]: string };
  /** What its command has left. */
  mark?: string;
}

export type QuickProduct = { name: string; line: string } & { [version in Version]: SmallProduct };

/** What is slow on a busy machine is no outage, and neither is a run that stands at its cut until those beside it have come to theirs. */
const PATIENT = { planPatience: '6 minutes', applyPatience: '90 seconds', undoPatience: '90 seconds' };

/** A retirement's date comes while its run is watched, and always after it was announced, on a busy machine, too. */
const SUNSET = '5 seconds';

/** A worker whose line to Temporal can be stopped at every message, and products of quick real parts. */
export class MatrixWorld {
  private made = 0;

  private constructor(
    readonly faults: FaultWorld,
    readonly wire: Wire,
    readonly stops: Stops,
    private readonly make: typeof quickProduct,
  ) {}

  /** @param slots how many verbs of each executor run at a time: as many as runs may be stopped together */
  static async open(slots: number, make = quickProduct): Promise<MatrixWorld> {
    const wire = await startWire(stackAddresses().temporal);
    const stops = new Stops(wire);
    const faults = await FaultWorld.open(
      { heartbeat: '2 seconds', ...PATIENT },
      { commands: markCommands, deprecationPeriod: SUNSET },
      { variables: { TEMPORAL_ADDRESS: wire.address }, slots },
    );
    await mkdir(marksFolder(faults.world));
    return new MatrixWorld(faults, wire, stops, make);
  }

  get world() {
    return this.faults.world;
  }

  product(): QuickProduct {
    const name = `p${++this.made}`;
    const [first, later] = versions.map((version) => this.make(this.world, name, version));
    this.faults.products.push(first!);
    return { name, line: first!.line, '1.0.0': first!, '1.1.0': later! };
  }

  async snapshot(product: QuickProduct): Promise<QuickSnapshot> {
    const [seen, mark, record] = await Promise.all([
      this.faults.snapshot(product['1.0.0']),
      readFile(join(marksFolder(this.world), product.name), 'utf8').catch(() => undefined),
      this.world.catalog.products.read(product.line),
    ]);
    // What was undone leaves a gap in the numbers of versions: only their order counts.
    for (const subject of Object.values(seen.subjects)) subject.versions = subject.versions.map((version) => version.replace(/^\d+: /, ''));
    for (const instances of Object.values(seen.instances))
      for (const each of Object.values(instances)) if (each.sunset) each.sunset = 'set';
    const states = Object.values(record?.record.versions ?? {}).map(({ version, state }) => [version, state] as const);
    return { ...seen, versions: Object.fromEntries(states), ...(mark !== undefined && { mark: mark.replace(product.name, 'mark') }) };
  }

  /** A snapshot as if it were of another product. */
  as = (seen: QuickSnapshot, from: QuickProduct, to: QuickProduct): QuickSnapshot => renamed(seen, from, to) as QuickSnapshot;

  /** SIGKILL of the worker, with all that waits on the wire. */
  async kill(): Promise<void> {
    await this.faults.kill();
    this.wire.openQueues();
  }

  restart = (): Promise<void> => this.faults.restart();

  async close(): Promise<void> {
    await this.faults.close();
    await this.wire.close();
  }
}
