import { readFile, rename, writeFile } from 'node:fs/promises';

type SavedVersion = {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly schema: string;
  readonly schemaType?: string;
  readonly references?: readonly unknown[];
};

type SavedSchemas = {
  readonly versions: readonly SavedVersion[];
  readonly globalLevel: string;
  readonly levels: Readonly<Record<string, string>>;
};

/**
 * Writes all that a schema registry holds (versions with their ids, compatibility levels) to a file, whole or not at all.
 * Versions that were soft-deleted are not kept.
 */
export async function saveSchemas(registry: string, file: string): Promise<void> {
  const versions = ((await get(registry, '/schemas')) ?? []) as SavedVersion[];
  const subjects = [...new Set(versions.map(({ subject }) => subject))];
  const { compatibilityLevel } = (await get(registry, '/config')) as { compatibilityLevel: string };
  const levels: Record<string, string> = {};
  for (const subject of subjects) {
    const own = (await get(registry, `/config/${encodeURIComponent(subject)}`)) as { compatibilityLevel: string } | undefined;
    if (own) levels[subject] = own.compatibilityLevel;
  }
  const saved: SavedSchemas = {
    versions: versions.map(({ subject, version, id, schema, schemaType, references }) => ({
      subject,
      version,
      id,
      schema,
      schemaType,
      references,
    })),
    globalLevel: compatibilityLevel,
    levels,
  };
  const text = `${JSON.stringify(saved, undefined, 2)}\n`;
  if (text === (await readFile(file, 'utf8').catch(() => ''))) return;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Brings a saved content back into an empty registry, with the same ids and version numbers; a registry that holds something is left alone. */
export async function loadSchemas(registry: string, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const held = (await get(registry, '/subjects')) as string[] | null;
  if (held && held.length > 0) return;
  const saved = JSON.parse(text) as SavedSchemas;
  await send(registry, 'PUT', '/mode?force=true', { mode: 'IMPORT' });
  // A schema's references have smaller ids than the schema itself.
  for (const { subject, ...version } of [...saved.versions].sort((one, other) => one.id - other.id || one.version - other.version)) {
    await send(registry, 'POST', `/subjects/${encodeURIComponent(subject)}/versions`, version);
  }
  await send(registry, 'PUT', '/mode?force=true', { mode: 'READWRITE' });
  await send(registry, 'PUT', '/config', { compatibility: saved.globalLevel });
  for (const [subject, level] of Object.entries(saved.levels)) {
    await send(registry, 'PUT', `/config/${encodeURIComponent(subject)}`, { compatibility: level });
  }
}

async function get(registry: string, path: string): Promise<unknown> {
  const answer = await fetch(`${registry}${path}`);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`The schema registry answers HTTP ${answer.status} to GET ${path}.`);
  return answer.json();
}

async function send(registry: string, method: string, path: string, body: object): Promise<void> {
  const headers = { 'Content-Type': 'application/vnd.schemaregistry.v1+json' };
  const answer = await fetch(`${registry}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The schema registry answers HTTP ${answer.status} to ${method} ${path}: ${await answer.text()}`);
}
