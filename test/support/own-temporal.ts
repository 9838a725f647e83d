import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchParts } from '../../local/parts/index.js';
import { choosePorts } from '../../local/stack/ports.js';
import type { Ports } from '../../local/stack/ports.js';
import { startServerProcess, stopServerProcess } from '../../local/stack/index.js';
import type { ServerProcess } from '../../local/stack/index.js';
import { temporalServer } from '../../local/stack/servers/temporal.js';

/** A Temporal of one test, on ports that stay the same: it can be killed, started again, and robbed of its data. */
export class OwnTemporal {
  private constructor(
    private readonly home: string,
    private readonly part: string,
    private readonly ports: Ports,
    private running: ServerProcess,
  ) {}

  static async start(): Promise<OwnTemporal> {
    const home = await mkdtemp(join(tmpdir(), 'steward-temporal-'));
    const { folder } = (await fetchParts(['temporal'])).temporal;
    const ports = await choosePorts(home, temporalServer.ports, 'free');
    return new OwnTemporal(home, folder, ports, await launch(home, folder, ports));
  }

  /** What differs from the stack's addresses. */
  get addresses(): { temporal: string; temporalUi: string } {
    return { temporal: `127.0.0.1:${this.ports.temporal}`, temporalUi: `http://127.0.0.1:${this.ports.temporalUi}` };
  }

  /** SIGKILL: what it had not written is lost. */
  async kill(): Promise<void> {
    process.kill(this.running.identity.pid, 'SIGKILL');
    await this.running.ended;
  }

  /** With the data that lie there. */
  async startAgain(): Promise<void> {
    this.running = await launch(this.home, this.part, this.ports);
  }

  /** Killed, and started again with no data at all. */
  async loseEverything(): Promise<void> {
    await this.kill();
    await rm(join(this.home, 'temporal'), { recursive: true });
    await this.startAgain();
  }

  async stop(): Promise<void> {
    await stopServerProcess(temporalServer, this.running, this.home);
    await rm(this.home, { recursive: true, force: true });
  }
}

const launch = (home: string, part: string, ports: Ports): Promise<ServerProcess> =>
  // Its own data lie in a folder; credentials are the object store's.
  startServerProcess(
    temporalServer,
    { data: join(home, 'temporal'), part, ports, credentialFiles: { accessKeyId: '', secretAccessKey: '' } },
    home,
  );
