import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSchemas, saveSchemas } from '../schemas.js';
import type { Server, ServerContext } from '../server.js';

const address = ({ ports }: ServerContext): string => `http://127.0.0.1:${ports.schemaRegistry}`;
const saved = ({ data }: ServerContext): string => join(data, 'schemas.json');

export const schemaRegistryServer: Server = {
  name: 'schema-registry',
  title: 'Schema registry',
  part: 'schema-registry',
  ports: ['schemaRegistry'],
  stage: 2,
  readyWithinMs: 30_000,
  stopWithinMs: 10_000,
  async prepare({ data, ports }) {
    const config = `server:\n  host: 127.0.0.1\n  port: ${ports.schemaRegistry}\nstorage:\n  type: memory\n`;
    await writeFile(join(data, 'config.yaml'), config);
  },
  async command({ data, part }) {
    return {
      file: join(part, 'schema-registry'),
      args: ['--config', join(data, 'config.yaml')],
      env: { SCHEMA_REGISTRY_LOG_LEVEL: 'warn' },
    };
  },
  async probe(context) {
    const answer = await fetch(`${address(context)}/subjects`);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  },
  // It keeps everything in memory only, and without its schemas nobody can decode the events in the topics.
  afterStart: (context) => loadSchemas(address(context), saved(context)),
  save: (context) => saveSchemas(address(context), saved(context)),
};
