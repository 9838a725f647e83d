import avsc from 'avsc';

/** First byte of the registry's wire format; four bytes with the id of the schema follow. */
const MAGIC = 0;
const HEADER_LENGTH = 5;

export interface RegisteredSchema {
  id: number;
  type: avsc.Type;
}

/** The newest schema of a subject. Looked up, never registered: what may be written is the product's decision. */
export async function latestSchema(registry: string, subject: string): Promise<RegisteredSchema> {
  const { id, schema } = (await get(registry, `/subjects/${encodeURIComponent(subject)}/versions/latest`)) as {
    id: number;
    schema: string;
  };
  return { id, type: typeOf(schema) };
}

/** Decodes values with the schemas they were written with; each is fetched once. */
export class Decoder {
  private readonly resolvers = new Map<number, Promise<(value: Buffer) => unknown>>();

  constructor(
    private readonly registry: string,
    /** The reader's own schema, which may be older or newer; without it values come as they were written. */
    private readonly reader?: avsc.Type,
  ) {}

  async decode(value: Buffer): Promise<Record<string, unknown>> {
    if (value[0] !== MAGIC || value.length < HEADER_LENGTH) throw new Error('the value has no schema id in front of it');
    const id = value.readInt32BE(1);
    let read = this.resolvers.get(id);
    if (!read) this.resolvers.set(id, (read = this.resolver(id)));
    return (await read)(value.subarray(HEADER_LENGTH)) as Record<string, unknown>;
  }

  private async resolver(id: number): Promise<(value: Buffer) => unknown> {
    const { schema } = (await get(this.registry, `/schemas/ids/${id}`)) as { schema: string };
    const writer = typeOf(schema);
    if (!this.reader) return (value) => writer.fromBuffer(value) as unknown;
    const { reader } = this;
    const resolver = reader.createResolver(writer);
    return (value) => reader.fromBuffer(value, resolver) as unknown;
  }
}

/** The value in the wire format: magic byte, schema id, Avro. */
export function encode({ id, type }: RegisteredSchema, value: unknown): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, type.toBuffer(value)]);
}

/** An Avro schema as JSON text; nullable fields are plain values, as in the CSV files. */
export const typeOf = (schema: string): avsc.Type => avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { wrapUnions: false });

async function get(registry: string, path: string): Promise<unknown> {
  const answer = await fetch(`${registry}${path}`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`schema registry: ${path} answered ${answer.status} ${await answer.text()}`);
  return answer.json();
}
