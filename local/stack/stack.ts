import { join } from 'node:path';
import { onExit } from 'signal-exit';
import type { FetchedPart, Log, PartName, Tools } from '../parts/index.js';
import { identify, residentMb } from '../process-identity.js';
import type { CredentialFiles } from './credentials.js';
import { addressesOf, removeDescription, writeDescription, type RunningProcess, type StackAddresses } from './description.js';
import { send } from './end-process.js';
import { giveUpOwnership } from './ownership.js';
import type { Ports } from './ports.js';
import { startServerProcess, stopServerProcess, tailOf, type ServerProcess } from './server-process.js';
import type { Server, ServerContext, ServerName } from './server.js';

/** What a server does not keep itself is at most this old after a kill -9 of everything. */
const SAVE_EVERY_MS = 5_000;

type Setup = {
  readonly home: string;
  readonly parts: Record<PartName, FetchedPart>;
  readonly tools?: Tools | undefined;
  readonly ports: Ports;
  readonly credentialFiles: CredentialFiles;
  readonly servers: readonly Server[];
  readonly log: Log;
  readonly onServerLost?: ((name: ServerName, lastLines: string) => void) | undefined;
};

/** The servers of one machine, started, watched and stopped as one. Made by `startStack`. */
export class Stack {
  readonly home: string;
  readonly addresses: StackAddresses;
  private readonly running = new Map<ServerName, ServerProcess>();
  private forgetExit: () => void = () => {};
  private saver: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | undefined;

  constructor(private readonly setup: Setup) {
    this.home = setup.home;
    this.addresses = addressesOf(setup.home, setup.ports, setup.credentialFiles);
  }

  /** Name, identity and resident memory of each running server. */
  processes(): (RunningProcess & { readonly rssMb: number })[] {
    return [...this.running].map(([name, { identity }]) => ({ name, ...identity, rssMb: Math.round(residentMb(identity.pid)) }));
  }

  /** Starts everything, stage by stage; if one server fails, those already up are stopped. */
  async start(signal?: AbortSignal): Promise<void> {
    this.forgetExit = onExit(this.killAll);
    try {
      for (const stage of this.stages()) {
        const results = await Promise.allSettled(stage.map((server) => this.startServer(server, signal)));
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.saver = setInterval(() => void this.save(), SAVE_EVERY_MS).unref();
    await this.describe();
  }

  /** Stops everything in reverse order and gives the home free; a second call waits for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  /** Starts one server again, on the same ports and data. */
  async startOne(name: ServerName): Promise<void> {
    if (this.running.has(name)) return;
    await this.startServer(this.serverNamed(name));
    await this.describe();
  }

  /** Stops one server and leaves the others alone. */
  async stopOne(name: ServerName): Promise<void> {
    await this.stopServer(this.serverNamed(name));
    await this.describe();
  }

  /** Kills one server outright, as a crash would. */
  async killOne(name: ServerName): Promise<void> {
    const process = this.running.get(name);
    if (!process) return;
    this.running.delete(name);
    send(process.identity, 'SIGKILL');
    await process.ended;
  }

  private async startServer(server: Server, signal?: AbortSignal): Promise<void> {
    const began = Date.now();
    const process = await startServerProcess(server, this.contextOf(server), this.home, signal);
    this.running.set(server.name, process);
    void process.ended.then(() => this.noticeEnd(server, process));
    this.setup.log(`${server.title} answers after ${((Date.now() - began) / 1000).toFixed(1)} s (process ${process.identity.pid})`);
  }

  private async stopServer(server: Server): Promise<void> {
    const process = this.running.get(server.name);
    if (!process) return;
    this.running.delete(server.name);
    await server
      .save?.(this.contextOf(server))
      .catch((error: unknown) => this.setup.log(`${server.title} could not be saved: ${String(error)}`));
    await stopServerProcess(server, process, this.home);
    this.setup.log(`${server.title} stopped`);
  }

  private async stopAll(): Promise<void> {
    clearInterval(this.saver);
    await removeDescription(this.home);
    const failures: unknown[] = [];
    for (const stage of this.stages().reverse()) {
      const results = await Promise.allSettled(stage.map((server) => this.stopServer(server)));
      for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
    }
    this.forgetExit();
    await giveUpOwnership(this.home);
    if (failures.length > 0) throw new AggregateError(failures, 'Some servers could not be stopped.');
  }

  /**
   * The owner is about to be gone, by its own will or by a signal that nobody in it answers, and nothing can be awaited any more;
   * every server keeps its data through this.
   */
  private readonly killAll = (): void => {
    for (const { identity } of this.running.values()) send(identity, 'SIGKILL');
  };

  private async noticeEnd(server: Server, process: ServerProcess): Promise<void> {
    if (this.running.get(server.name) !== process) return;
    this.running.delete(server.name);
    const lastLines = await tailOf(process.logFile);
    this.setup.log(`${server.title} has ended by itself; its log: ${process.logFile}`);
    this.setup.onServerLost?.(server.name, lastLines);
  }

  private async save(): Promise<void> {
    for (const server of this.setup.servers) {
      if (!server.save || !this.running.has(server.name)) continue;
      // The next round comes in seconds, and the stop reports what could not be saved.
      await server.save(this.contextOf(server)).catch(() => undefined);
    }
  }

  private async describe(): Promise<void> {
    const { home, addresses } = this;
    const processes = this.processes().map(({ name, pid, startTime }) => ({ name, pid, startTime }));
    await writeDescription({ home, owner: identify(process.pid)!, addresses, tools: this.setup.tools, processes });
  }

  private stages(): Server[][] {
    return [1, 2, 3].map((stage) => this.setup.servers.filter((server) => server.stage === stage));
  }

  private contextOf({ name, part }: Server): ServerContext {
    const { home, parts, ports, credentialFiles } = this.setup;
    return { data: join(home, name), part: parts[part].folder, ports, credentialFiles };
  }

  private serverNamed(name: ServerName): Server {
    const server = this.setup.servers.find((one) => one.name === name);
    if (!server) throw new Error(`This stack was started without ${name}.`);
    return server;
  }
}
