import { asks, breaks, harmless, refused, type ChangeRule } from './rule.js';

/** Kafka bindings, what is inside of the product, and its lifecycle. */
export const internalRules = {
  C69: {
    title: 'fewer partitions',
    reason: 'no broker can do that in place: a new topic and a migration',
    example: '6 → 3',
    cases: { any: breaks('major') },
  },
  C70: {
    title: 'more partitions of a topic with keys',
    reason: 'keys move to other partitions, and the order by key is lost once',
    example: '3 → 6, key string',
    cases: { any: asks('minor') },
  },
  C71: {
    title: 'more partitions of a topic without keys',
    reason: 'there was no order to lose',
    example: '3 → 6',
    cases: { any: harmless('patch') },
  },
  C72: {
    title: 'the number of replicas changed',
    reason: 'consumers do not see it',
    example: '3 → 2',
    cases: { any: harmless('patch', 'two or more are left'), one: asks('patch', 'one is left: the loss of a broker is the loss of data') },
  },
  C73: {
    title: 'the clean-up policy changed',
    reason: 'records vanish that were kept, or stay that were to vanish',
    example: 'compact → delete',
    cases: { any: breaks('major') },
  },
  C74: {
    title: 'the retention changed',
    reason: 'consumers plan with the time that records are kept',
    example: 'retention.ms 604800000 → 86400000',
    cases: { shorter: asks('minor', 'shorter'), longer: harmless('patch', 'longer') },
  },
  C75: {
    title: 'topic, schema registry, lookup of schemas or encoding of their ids changed',
    reason: 'consumers look in the wrong place or misread the first bytes',
    example: 'schemaIdPayloadEncoding confluent → apicurio-new',
    cases: { any: breaks('major') },
  },
  C76: {
    title: 'an application or a piece of infrastructure is added, removed or changed',
    reason: 'what is inside concerns nobody outside as long as the ports stay',
    example: 'another template',
    cases: { any: harmless('patch') },
  },
  C77: {
    title: 'the only component that provides to a port is removed',
    reason: 'the port stays, and nothing fills it',
    example: 'application tripProcessing is gone, outputPorts/tripStatus stays',
    cases: {
      any: refused('a port that the product offers'),
      input: asks('minor', 'an input port: from now on somebody else has to fill it'),
    },
  },
  C78: {
    title: 'infrastructure is replaced so that data is lost',
    reason: 'consumers lose what was kept for them',
    example: 'the plan destroys the topic trip-status',
    cases: { any: asks('patch') },
  },
  C79: {
    title: 'a stage is added, or a task changed',
    reason: 'it concerns the platform alone',
    example: 'another template of a task',
    cases: { any: harmless('patch', 'a stage or task'), service: asks('patch', 'another executor takes over') },
  },
  C80: {
    title: 'a stage is removed',
    reason: 'an instance in it could not be handled any more',
    example: 'lifecycleInfo.test is gone',
    cases: { any: asks('patch', 'no instance is known to be in it'), used: refused('an instance is in it') },
  },
  C81: {
    title: 'consumesFrom, providesTo or dependsOn changed',
    reason: 'the plan is made anew, consumers do not see it',
    example: 'dependsOn: [eventStore]',
    cases: { any: harmless('patch') },
  },
} as const satisfies { [id: string]: ChangeRule };
