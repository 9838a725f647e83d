import { readFile, writeFile } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import getPort, { portNumbers } from 'get-port';

/** The ports of a stack that one meets in the documentation: each part's usual one, Flink's moved away from the registry's. */
export const usualPorts = {
  temporal: 7233,
  temporalUi: 8233,
  temporalHttp: 7243,
  temporalMetrics: 7244,
  kafka: 9092,
  kafkaController: 9093,
  schemaRegistry: 8081,
  s3: 7070,
  flinkRest: 8082,
  flinkGateway: 8083,
};

export type PortName = keyof typeof usualPorts;
export type Ports = Record<PortName, number>;

/** Below the range that systems give to outgoing connections (from 32768 on Linux), which could take a port before its server does. */
const FREE_RANGE = { from: 20_000, to: 32_000 };

/** Enough neighbours that a taken port or two do not matter. */
const TRIES_A_PORT = 400;

/**
 * The ports of a stack home. `fixed`: the usual ones, refused if one is taken. `free`: those of the last start if still free, else others.
 * @throws Error naming each taken port and the part that needs it.
 */
export async function choosePorts(home: string, names: readonly PortName[], choice: 'fixed' | 'free'): Promise<Ports> {
  const last = choice === 'free' ? await lastPorts(home) : usualPorts;
  const chosen = { ...last } as Ports;
  const taken: string[] = [];
  for (const name of names) {
    const wanted = last[name];
    const port = wanted === undefined ? undefined : await getPort({ port: wanted, host: '127.0.0.1' });
    if (port === wanted && port !== undefined) continue;
    if (choice === 'fixed') taken.push(`${wanted} (${name})`);
    else chosen[name] = await freePort();
  }
  if (taken.length > 0) {
    throw new Error(
      `Taken by another program: port ${taken.join(', ')}. Stop that program, or start the stack on free ports (--free-ports).`,
    );
  }
  await writeFile(join(home, 'ports.json'), JSON.stringify(chosen));
  return chosen;
}

async function freePort(): Promise<number> {
  const from = randomInt(FREE_RANGE.from, FREE_RANGE.to - TRIES_A_PORT);
  return getPort({ port: portNumbers(from, from + TRIES_A_PORT), host: '127.0.0.1' });
}

async function lastPorts(home: string): Promise<Partial<Ports>> {
  const text = await readFile(join(home, 'ports.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Partial<Ports>;
}
