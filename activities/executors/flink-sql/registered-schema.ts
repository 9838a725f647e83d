import { Failure } from '../../../lifecycle/failures.js';
import type { RegistryClient } from '../schema-registry/client.js';
import { stringLiteral } from './lexer.js';
import type { SessionStatement } from './script.js';
import type { TableDefinition } from './table.js';
import { edited } from './variables.js';

/**
 * The definition of a sink with the schema that is registered for its topic: without it Flink derives a schema of its own from the columns
 * and registers that. Of the subject's versions the newest with the table's columns is taken, so that a former job can be started again
 * while a newer version is registered. Left as it is when the table names a schema itself, writes no Avro, or the subject does not exist.
 * @param isSettled false for a subject that may get another version before the statement is run: then nothing is said
 * @throws StatementRefused when none of the subject's versions has the columns
 */
export async function withRegisteredSchema(
  statement: SessionStatement,
  registry: RegistryClient | undefined,
  isSettled: (subject: string) => boolean = () => true,
): Promise<string> {
  const { table } = statement;
  const prefix = table && avroPrefix(table);
  if (!registry || !table?.columns || table.optionsEnd === undefined || prefix === undefined || table.options.has(`${prefix}.schema`))
    return statement.code;
  const subject = table.options.get(`${prefix}.subject`) ?? `${table.options.get('topic') ?? ''}-value`;
  if (!isSettled(subject)) return statement.code;
  const versions = await registry.versions(subject);
  if (versions.length === 0) return statement.code;
  const columns = valueColumns(table);
  for (const number of versions.reverse()) {
    const version = await registry.version(subject, number);
    if (version && sameNames(fieldNames(version.schema), columns)) {
      const text = `, ${stringLiteral(`${prefix}.schema`)} = ${stringLiteral(version.schema)}`;
      return edited(statement, [{ start: table.optionsEnd, end: table.optionsEnd, text }]);
    }
  }
  throw new Failure(
    'StatementRefused',
    `${statement.file}:${statement.line}: no schema registered for ${subject} has the columns of table ${table.name} (${columns.join(', ')}) in this order`,
  );
}

/** Option prefix of the value's Avro format: `value.avro-confluent`, or `avro-confluent` when the table has one format for all. */
function avroPrefix({ options }: TableDefinition): string | undefined {
  if (options.get('value.format') === 'avro-confluent') return 'value.avro-confluent';
  if (options.get('format') === 'avro-confluent') return 'avro-confluent';
  return undefined;
}

function valueColumns({ columns = [], primaryKey, options }: TableDefinition): string[] {
  if (options.get('value.fields-include') !== 'EXCEPT_KEY') return columns;
  const key = options.get('key.fields')?.split(';') ?? primaryKey;
  return columns.filter((column) => !key.includes(column));
}

function fieldNames(schema: string): string[] {
  try {
    return (JSON.parse(schema) as { fields?: { name: string }[] }).fields?.map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}

const sameNames = (a: string[], b: string[]): boolean => a.length === b.length && a.every((name, index) => name === b[index]);
