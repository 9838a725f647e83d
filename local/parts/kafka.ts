import { fetchJars } from './maven.js';
import type { Part } from './part.js';

const LOCK = 'local/kafka/jars.lock.json';

/** Apache Kafka in KRaft mode: one broker that is its own controller. */
export const kafka: Part = {
  name: 'kafka',
  version: '3.9.2',
  size: '56 jars, 46 MB',
  needs: ['java'],
  pins: [LOCK],
  fetch: (context) => fetchJars(LOCK, context),
};
