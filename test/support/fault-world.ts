import type { CuttingProxy } from './cutting-proxy.js';
import { startCuttingProxy } from './cutting-proxy.js';
import type { SmallParts, SmallProduct } from './small-product.js';
import { smallProduct } from './small-product.js';
import { stackAddresses } from './stack.js';
import { openWorld } from './steward-world.js';
import type { StewardWorld, WorkerProcess } from './steward-world.js';
import { clearWorld, snapshot } from './world-snapshot.js';
import type { WorldSnapshot } from './world-snapshot.js';

/** A Steward whose systems stand behind proxies that can be cut, and whose worker can be killed and started again. */
export class FaultWorld {
  worker!: WorkerProcess;
  private variables: { [name: string]: string } = {};
  readonly products: SmallProduct[] = [];

  private constructor(
    readonly world: StewardWorld,
    readonly gateway: CuttingProxy,
    readonly registry: CuttingProxy,
    readonly kafka: CuttingProxy,
    readonly store: CuttingProxy,
  ) {}

  /**
   * With a worker running.
   * @param own a Temporal of the test's own (see `openWorld`), more of the worker's process environment, slots of each executor
   */
  static async open(
    timeouts: { [name: string]: string } = {},
    environment: object = {},
    own: NonNullable<Parameters<typeof openWorld>[0]> & { variables?: { [name: string]: string }; slots?: number } = {},
  ): Promise<FaultWorld> {
    const { variables = {}, slots, ...temporal } = own;
    const world = await openWorld(temporal);
    const real = { ...stackAddresses(), ...temporal };
    const [gateway, registry, kafka, store] = await Promise.all(
      [new URL(real.flinkGateway).host, new URL(real.schemaRegistry).host, real.kafka, new URL(real.s3.endpoint).host].map(
        startCuttingProxy,
      ),
    );
    const faults = new FaultWorld(world, gateway!, registry!, kafka!, store!);
    world.options = {
      addresses: {
        ...real,
        flinkGateway: `http://${gateway!.address}`,
        schemaRegistry: `http://${registry!.address}`,
        kafka: kafka!.address,
        s3: { ...real.s3, endpoint: `http://${store!.address}` },
      },
      timeouts: { heartbeat: '3 seconds', ...timeouts },
      environment,
      ...(slots !== undefined && { slots }),
    };
    faults.variables = variables;
    await faults.restart();
    return faults;
  }

  /** @param name letters and digits */
  product(name: string, parts: SmallParts): SmallProduct {
    const made = smallProduct(this.world, name, parts);
    this.products.push(made);
    return made;
  }

  snapshot(...products: SmallProduct[]): Promise<WorldSnapshot> {
    return snapshot(this.world, products.length > 0 ? products : this.products);
  }

  /** SIGKILL, and nothing else of it: children run on. */
  async kill(): Promise<void> {
    this.worker.kill('SIGKILL');
    await this.worker.ended;
  }

  async restart(): Promise<void> {
    this.worker = await this.world.startWorker(this.variables);
  }

  async close(): Promise<void> {
    await clearWorld(this.world, this.products);
    await this.world.close();
    await Promise.all([this.gateway, this.registry, this.kafka, this.store].map((proxy) => proxy.close()));
  }
}

/** Matches the n-th of the requests that a pattern matches; without n it only counts them. */
export class NthRequest extends RegExp {
  seen = 0;

  constructor(
    pattern: RegExp,
    private readonly nth?: number,
  ) {
    super(pattern);
  }

  override test(line: string): boolean {
    return super.test(line) && ++this.seen === this.nth;
  }
}
