import { Failure } from '../../../lifecycle/failures.js';
import { subjectOf } from '../../../lifecycle/ids.js';
import type { RegistryClient } from '../schema-registry/client.js';
import { stringLiteral } from './lexer.js';
import type { SessionStatement } from './script.js';
import type { TableDefinition } from './table.js';
import { edited } from './variables.js';

/**
 * The definition of a sink with the schemas that are registered for its topic, of its records' values and keys: without them Flink derives
 * schemas of its own from the columns and registers those. Of a subject's versions the newest with the table's columns is taken, so that a
 * former job can be started again while a newer version is registered. Left as it is when the table names a schema itself, writes no Avro,
 * or the subject does not exist.
 * @param isSettled false for a subject that may get another version before the statement is run: then nothing is said
 * @throws StatementRefused when none of a subject's versions has the columns
 */
export async function withRegisteredSchema(
  statement: SessionStatement,
  registry: RegistryClient | undefined,
  isSettled: (subject: string) => boolean = () => true,
): Promise<string> {
  const { table } = statement;
  if (!registry || !table?.columns || table.optionsEnd === undefined) return statement.code;
  let text = '';
  for (const { prefix, part, columns } of avroParts(table)) {
    if (table.options.has(`${prefix}.schema`)) continue;
    const subject = table.options.get(`${prefix}.subject`) ?? subjectOf(table.options.get('topic') ?? '', part);
    if (!isSettled(subject)) continue;
    const schema = await schemaWith(columns, registry, subject);
    if (schema === NONE_FITS)
      throw new Failure(
        'StatementRefused',
        `${statement.file}:${statement.line}: no schema registered for ${subject} has the columns of table ${table.name} (${columns.join(', ')}) in this order`,
      );
    if (schema !== undefined) text += `, ${stringLiteral(`${prefix}.schema`)} = ${stringLiteral(schema)}`;
  }
  return text === '' ? statement.code : edited(statement, [{ start: table.optionsEnd, end: table.optionsEnd, text }]);
}

const NONE_FITS = Symbol('none fits');

/** The newest schema of a subject that has these fields; undefined for a subject that does not exist. */
async function schemaWith(columns: string[], registry: RegistryClient, subject: string): Promise<string | typeof NONE_FITS | undefined> {
  const versions = await registry.versions(subject);
  for (const number of versions.reverse()) {
    const version = await registry.version(subject, number);
    if (version && sameNames(fieldNames(version.schema), columns)) return version.schema;
  }
  return versions.length === 0 ? undefined : NONE_FITS;
}

interface AvroPart {
  part: 'key' | 'value';
  /** Of the format's options. */
  prefix: string;
  columns: string[];
}

/** What a table writes as Avro: its value (`value.format`, or `format` for a table with one format), its key (`key.format`). */
function avroParts({ columns = [], primaryKey, options }: TableDefinition): AvroPart[] {
  const key = options.get('key.fields')?.split(';') ?? primaryKey;
  const parts: AvroPart[] = [];
  const value = columns.filter((column) => options.get('value.fields-include') !== 'EXCEPT_KEY' || !key.includes(column));
  if (options.get('value.format') === 'avro-confluent') parts.push({ part: 'value', prefix: 'value.avro-confluent', columns: value });
  else if (options.get('format') === 'avro-confluent') parts.push({ part: 'value', prefix: 'avro-confluent', columns: value });
  const before = options.get('key.fields-prefix') ?? '';
  const fields = columns
    .filter((column) => key.includes(column))
    .map((column) => (column.startsWith(before) ? column.slice(before.length) : column));
  if (options.get('key.format') === 'avro-confluent') parts.push({ part: 'key', prefix: 'key.avro-confluent', columns: fields });
  return parts;
}

function fieldNames(schema: string): string[] {
  try {
    return (JSON.parse(schema) as { fields?: { name: string }[] }).fields?.map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}

const sameNames = (a: string[], b: string[]): boolean => a.length === b.length && a.every((name, index) => name === b[index]);
