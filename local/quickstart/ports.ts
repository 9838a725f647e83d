import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { consumeTable, parseCsv, produceTripEvents, toTable, type Row } from '../../examples/track-and-trace/events/index.js';
import { projectRoot } from '../project-root.js';
import type { Narrator } from './narrator.js';
import type { Servers } from './session.js';

export const exampleFolder: string = join(projectRoot, 'examples', 'track-and-trace');
const fileOf = (name: string): Promise<string> => readFile(join(exampleFolder, name), 'utf8');

const places = ({ kafka, schemaRegistry }: Servers) => ({ kafka: [kafka], registry: schemaRegistry });

/** Sends the events of a file to the input port, as the systems in the field do. Returns how many. */
export async function feed(servers: Servers, file: string): Promise<number> {
  return produceTripEvents({ ...places(servers), topic: 'trip-events', csv: await fileOf(file) });
}

const outputPorts = {
  tripStatus: { topic: 'trip-status', kind: 'keyed' },
  tripPosition: { topic: 'trip-position', kind: 'append' },
} as const;

/**
 * Reads an output port as a consumer does, until its rows are those of the file, and shows them.
 * @throws Error when they are not within a minute
 */
export async function readPort(
  servers: Servers,
  narrator: Narrator,
  port: keyof typeof outputPorts,
  expectedFile: string,
  /** The reader's own schema as a file of the example; default: as written. */
  readerSchema?: string,
): Promise<Row[]> {
  const schema = readerSchema === undefined ? undefined : await fileOf(readerSchema);
  const expected = parseCsv(await fileOf(expectedFile)).map((row) => (schema === undefined ? row : onlyFieldsOf(schema, row)));
  const rows = await consumeTable({
    ...places(servers),
    ...outputPorts[port],
    until: (read) => isSame(read, expected),
    ...(schema === undefined ? {} : { readerSchema: schema }),
  });
  narrator.tell(`\n${toTable(sorted(rows))}\n`);
  const as = readerSchema === undefined ? '' : `, read with ${readerSchema}`;
  narrator.proved(`output port ${port}: ${rows.length} rows, equal to ${expectedFile}${as}`);
  return rows;
}

function onlyFieldsOf(schema: string, row: Row): Row {
  const { fields } = JSON.parse(schema) as { fields: { name: string }[] };
  return Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? '']));
}

/** The order of rows between partitions says nothing; an empty value and an absent one are the same. */
const isSame = (one: Row[], other: Row[]): boolean =>
  one.length === other.length && JSON.stringify(sorted(one).map(filled)) === JSON.stringify(sorted(other).map(filled));

const filled = (row: Row): [string, string][] =>
  Object.entries(row)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1));

const sorted = (rows: Row[]): Row[] => [...rows].sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
const orderOf = ({ tripId, timestamp }: Row): string => `${tripId} ${timestamp}`;
