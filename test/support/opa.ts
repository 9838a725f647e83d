import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { fetchParts } from '../../local/parts/index.js';
import { eventually } from './eventually.js';

/** An OPA server of one test. */
export interface OpaServer {
  readonly url: string;
  /** Ends it; what it was given is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same address. */
  start(): Promise<void>;
  /** Holds it as it is, so that it takes connections and answers nothing; and lets it go on. */
  freeze(): void;
  thaw(): void;
}

/** Another process may take the port between its choice and its use. */
const MOST_PORTS = 5;

/** Starts OPA, built first where it is not there yet (global-setup.ts has done it in a whole test run), on a free port of this machine. */
export async function startOpa(...more: string[]): Promise<OpaServer> {
  const { opa } = await fetchParts(['opa'], { log: (line) => void process.stderr.write(`${line}\n`) });
  const program = join(opa.folder, 'opa');
  for (let tries = 1; ; tries++) {
    const server = serverAt(program, `127.0.0.1:${await getPort()}`, more);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      if (tries === MOST_PORTS) throw error;
    }
  }
}

function serverAt(program: string, address: string, more: string[]): OpaServer {
  const url = `http://${address}`;
  const run = () =>
    execa(program, ['run', '--server', '--addr', address, '--log-level', 'error', '--skip-version-check', ...more], {
      all: true,
      reject: false,
    });
  let running: ReturnType<typeof run> | undefined;
  return {
    url,
    async start() {
      const started = (running = run());
      let isGone = false;
      void started.then(() => (isGone = true));
      // Any answer will do: it may ask for a token first.
      await eventually(async () => isGone || (await fetch(`${url}/health`)).status > 0, 'OPA answers');
      if (isGone) throw new Error(`OPA has ended: ${String((await started).all)}`);
    },
    async stop() {
      running?.kill('SIGKILL');
      await running;
    },
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
  };
}

/** What OPA says of the functions that it has. */
export async function opaFunctions(): Promise<{ name: string; nondeterministic?: boolean }[]> {
  const { opa } = await fetchParts(['opa']);
  const { stdout } = await execa(join(opa.folder, 'opa'), ['capabilities', '--current']);
  return (JSON.parse(stdout) as { builtins: { name: string; nondeterministic?: boolean }[] }).builtins;
}
