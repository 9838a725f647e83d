import type { Finding } from '../../../descriptors/finding.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import type { ExecutorDeps } from '../deps.js';
import { isQueryId } from './query-id.js';
import { needs } from './graph.js';
import { readScript } from './script.js';
import { isQuery, offsetResetOf, subject, undefinedVariables } from './statement.js';
import type { Statement } from './statement.js';
import { configurationFindings, KEY_SCHEMA_ID, PROPERTIES, SCHEMA_ID, sourcesOf } from './task.js';
import { asVariableName, isVariableName } from './variables.js';

/** Formats whose schemas ksqlDB registers. */
const OF_THE_REGISTRY = ['AVRO', 'PROTOBUF', 'JSON_SR'];

/** Faults of script and configurations, found without a server. Variables may still be unknown here. */
export const check = async (deps: Pick<ExecutorDeps, 'bundle'>, task: Task): Promise<Finding[]> => {
  const findings = configurationFindings(task);
  try {
    const { statements, findings: faults } = readScript(sourcesOf(task, await deps.bundle(task.bundle)), {
      properties: streamsProperties(task),
      variables: placeholders(task),
      late: [],
    });
    findings.push(...faults.map((fault) => ({ ...fault, pointer: fault.pointer || '/template' })));
    const names = new Set<string>();
    const formats = valueFormats(statements);
    for (const statement of statements) {
      const { shape, line, file, text } = statement;
      const fault = (rule: string, message: string, hint: string, severity: Finding['severity'] = 'error'): void => {
        findings.push({
          rule: `ksqldb/${rule}`,
          severity,
          pointer: '/template',
          message,
          hint,
          line,
          ...(file === undefined ? {} : { file }),
        });
      };
      const reference = /\$\{(env|secret|output):[^}]*\}/.exec(text)?.[0];
      if (reference !== undefined)
        fault(
          'reference',
          `${reference} stands in the script.`,
          'Put it into configurations under a name, and write ${name} in the script.',
        );
      for (const name of shape.type === 'refused' ? [] : undefinedVariables(statement).filter((each) => !each.includes(':'))) {
        if (!isVariableName(name))
          fault(
            'variable-name',
            `\${${name}} cannot be a variable: names are letters, digits and _.`,
            `Write \${${asVariableName(name)}}: the schema's id of a port is given under such a name.`,
          );
        else if (!name.startsWith(SCHEMA_ID) && !name.startsWith(KEY_SCHEMA_ID))
          fault(
            'variable-unknown',
            `Nobody gives a value to \${${name}}.`,
            'Name it in configurations, or before in a DEFINE; only schema_id_<port> and key_schema_id_<port> come by themselves.',
          );
      }
      if (shape.type === 'insert' && shape.queryId !== undefined && !isQueryId(shape.queryId))
        fault(
          'query-id',
          `QUERY_ID ${shape.queryId} is refused by ksqlDB, or could not be ended alone.`,
          'Use letters, digits and _, none of the prefixes INSERTQUERY_, CTAS_, CSAS_, CST_, and neither ALL nor CLUSTER.',
        );
      if (shape.type === 'create' && shape.query && shape.schemaId === undefined && OF_THE_REGISTRY.includes(formats.get(shape.name) ?? ''))
        fault(
          'schema-of-its-own',
          `${shape.name} registers a schema of ksqlDB's own: every field may be null, and names without back-quotes are in upper case.`,
          'Where an output port promises the topic, keep to its schema: VALUE_SCHEMA_ID = ${schema_id_<port>}.',
          'warning',
        );
      if (isQuery(statement) && offsetResetOf(statement) === undefined)
        fault(
          'start',
          `Nothing says where the query of ${subject(shape)} begins: by ksqlDB's default it leaves out all that its sources hold already.`,
          "SET 'auto.offset.reset' = 'earliest'; before it reads them from their first record, 'latest' says that leaving out is meant.",
          'warning',
        );
      const made = shape.type === 'create' ? shape.name : shape.type === 'insert' ? shape.queryId && `query ${shape.queryId}` : undefined;
      if (made !== undefined && names.has(made)) fault('twice', `${made} is made twice in one script.`, 'Keep one of the statements.');
      if (made !== undefined) names.add(made);
    }
    if (faults.length === 0 && statements.length === 0)
      findings.push({ rule: 'ksqldb/empty', severity: 'error', pointer: '/template', message: 'The script has no statement.' });
  } catch (error) {
    const message = error instanceof TypeError ? 'the script is not UTF-8 text' : error instanceof Failure ? error.message : undefined;
    if (message === undefined) throw error;
    findings.push({ rule: 'ksqldb/script', severity: 'error', pointer: '/template', message });
  }
  return findings;
};

/**
 * The format of each stream's and table's values, as far as the script says it. A query that names none takes that of the first source
 * that it reads. Source: ksqlDB's reference, CREATE STREAM AS SELECT, `VALUE_FORMAT`. `statements`: each behind what it needs.
 */
const valueFormats = (statements: readonly Statement[]): Map<string, string> => {
  const formats = new Map<string, string>();
  for (const statement of statements) {
    if (statement.shape.type !== 'create') continue;
    const { name, query, format } = statement.shape;
    const found = format ?? (query ? formats.get([...needs(statement)][0] ?? '') : undefined);
    if (found !== undefined) formats.set(name, found);
  }
  return formats;
};

/** Properties that the task gives to all of its queries; what is no object is named elsewhere. */
const streamsProperties = ({ configurations }: Task): Record<string, string> => {
  const given = configurations[PROPERTIES];
  if (given === null || typeof given !== 'object') return {};
  return Object.fromEntries(Object.keys(given).map((name) => [name, name]));
};

/** Names stand for themselves until an environment gives them values. */
const placeholders = (task: Task): Record<string, string> =>
  Object.fromEntries(Object.keys(task.configurations).map((name) => [name, name]));
