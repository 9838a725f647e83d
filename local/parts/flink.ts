import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../project-root.js';
import { fetchJars } from './maven.js';
import type { Part } from './part.js';
import { runTool } from './run-tool.js';

const LOCK = 'local/flink/jars.lock.json';
const MAIN = 'local/flink/StewardFlink.java';

/** Apache Flink with its SQL gateway, the Kafka connector and the Avro format of the schema registry. */
export const flink: Part = {
  name: 'flink',
  version: '1.20.3',
  size: '70 jars, 167 MB',
  needs: ['java', 'javac'],
  pins: [LOCK, MAIN],
  async fetch(context) {
    await fetchJars(LOCK, context);
    const classes = join(context.folder, 'classes');
    await mkdir(classes, { recursive: true });
    await runTool(
      'javac',
      ['-nowarn', '-proc:none', '-cp', join(context.folder, 'lib', '*'), '-d', classes, join(projectRoot, MAIN)],
      classes,
      context,
    );
  },
};
