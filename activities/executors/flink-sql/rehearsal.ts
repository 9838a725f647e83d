import type { GivenName, Rehearsable } from '../../../lifecycle/executor.js';
import type { Survey } from '../../../lifecycle/rehearsal.js';
import type { LedgerDeps } from '../deps.js';
import type { WantedJob } from './application.js';
import { isActive, JobManager } from './job-manager.js';
import { unquoted } from './lexer.js';
import type { InsertStatement, SessionStatement } from './script.js';
import { openStep } from './step.js';
import { lastPart, optionsOf } from './table-options.js';

/** Connectors that write to the broker; the others the platform allows write nowhere. */
const WRITES_TOPICS = ['kafka', 'upsert-kafka'];

/**
 * What jobs write and commit under: topics and subjects of their sinks, consumer groups and transactional ids. What they only read may be
 * anybody's. The names of the jobs themselves hold the environment.
 */
export const rehearsalOf = (deps: LedgerDeps): Rehearsable => ({
  unproven: async () => undefined,

  async names(input, signal) {
    const { to = [] } = await openStep(deps, input, { signal });
    return to.flatMap(namesOf);
  },

  async survey({ environment, line }, signal) {
    const { flink } = deps.environment(environment);
    if (!flink) return {};
    const own = (await new JobManager(flink, signal).jobs()).filter(
      ({ name, state }) => isActive(state) && name.startsWith(`${line}:`) && name.includes(`/${environment}/`),
    );
    const survey: Survey = {};
    for (const { name } of own) survey[`job ${name}`] = `${own.filter((job) => job.name === name).length} running`;
    return survey;
  },
});

/** Pure. A table that takes its options from another one (LIKE) is judged by the options of both. */
export function namesOf({ session, insert, groups }: Pick<WantedJob, 'session' | 'insert' | 'groups'>): GivenName[] {
  const { file } = insert;
  const written = insert.sinks.flatMap((sink): GivenName[] => {
    const statement = session.find(({ table }) => table !== undefined && lastPart(table.name) === lastPart(sink));
    const options = statement && optionsOf(statement, session);
    const connector = options?.get('connector');
    if (!statement || !options || connector === undefined) return [{ kind: `what the sink ${sink} writes`, file }];
    if (!WRITES_TOPICS.includes(connector)) return [];
    const topic = options.get('topic');
    const subjects = ['avro-confluent.subject', 'key.avro-confluent.subject', 'value.avro-confluent.subject'].flatMap(
      (option) => options.get(option) ?? [],
    );
    return [
      { kind: 'topic', ...(topic !== undefined && { name: topic }), file: statement.file },
      ...subjects.map((name) => ({ kind: 'subject', name, file: statement.file })),
    ];
  });
  const hinted = [...session, insert].flatMap((statement) =>
    IDENTIFYING.flatMap((option) => valuesOf(statement, option).map((name) => ({ kind: option, name, file: statement.file }))),
  );
  const committed = groups.map((name) => ({ kind: 'consumer group', name, file }));
  return [...written, ...committed, ...hinted, ...hintedTopics(insert)];
}

/** Options that name something on the broker besides topics and groups. */
const IDENTIFYING = ['sink.transactional-id-prefix', 'properties.transactional.id'];

/** A hint (`/*+ OPTIONS('topic' = ...) *\/`) of an INSERT may lead elsewhere than its table; which table it is about is not read: one on a source is refused, too. */
const hintedTopics = (insert: InsertStatement): GivenName[] =>
  valuesOf(insert, 'topic').map((name) => ({ kind: 'topic', name, file: insert.file }));

/** What stands after `'option' =` in a statement. */
const valuesOf = ({ tokens }: SessionStatement | InsertStatement, option: string): string[] =>
  tokens.flatMap((token, index) => {
    const value = tokens[index + 2];
    return token.kind === 'string' && unquoted(token) === option && value?.kind === 'string' ? [unquoted(value)] : [];
  });
