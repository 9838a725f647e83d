import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { diff } from '../../../client/commands/diff.js';

const OLD = 'examples/track-and-trace/1.0.0';
let folder: string;

/** What `steward diff` prints, and the exit code that it leaves. */
async function compared(args: string[]): Promise<{ printed: string; exitCode: unknown }> {
  const lines: string[] = [];
  const [log, error] = (['log', 'error'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation((line: string) => void lines.push(line)),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await diff.parseAsync(['--output', 'text', ...args], { from: 'user' });
    return { printed: lines.join('\n'), exitCode: process.exitCode ?? 0 };
  } finally {
    process.exitCode = before;
    log?.mockRestore();
    error?.mockRestore();
  }
}

/** The example as a new version with this field, or without the field named. */
async function changed(name: string, version: string, change: (schema: { fields: { name: string }[] }) => void): Promise<string> {
  const to = join(folder, name);
  await cp(OLD, to, { recursive: true });
  const edit = async (path: string, by: (text: string) => string): Promise<void> =>
    writeFile(join(to, path), by(await readFile(join(to, path), 'utf8')));
  await edit('data-product-descriptor.json', (text) => text.replace('"version": "1.0.0"', `"version": "${version}"`));
  await edit('ports/trip-status.json', (text) => text.replace('"version": "1.0.0"', `"version": "${version}"`));
  await edit('schemas/trip-status.avsc', (text) => {
    const schema = JSON.parse(text) as { fields: { name: string }[] };
    change(schema);
    return JSON.stringify(schema);
  });
  return to;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-'));
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
});
afterAll(() => rm(folder, { recursive: true }));

describe('steward diff', () => {
  it('groups by weight and part, with what stood there and what stands there now, and ends with 2 for what may not be registered', async () => {
    const next = await changed('renamed', '1.1.0', ({ fields }) => (fields[1]!.name = 'state'));
    const { printed, exitCode } = await compared([OLD, next]);
    expect(printed).toMatch(
      /^reject \(2\)\n {2}outputPorts\/tripStatus\n[^]*\nbreaking \(1\)\n {2}outputPorts\/tripStatus\n {4}field tripStatus is renamed/,
    );
    expect(printed).toContain('\n      - tripStatus\n      + state\n');
    expect(printed).toMatch(/\nreject: declared minor, required major; it may not be registered as declared$/);
    expect(exitCode).toBe(2);
  });

  it('ends with 3 for what somebody has to agree to, unless configuration judges otherwise', async () => {
    const next = await changed('required', '1.1.0', ({ fields }) => fields.push({ name: 'note', type: 'string' } as never));
    expect((await compared([OLD, next])).exitCode).toBe(3);
    const weights = join(folder, 'weights.yaml');
    await writeFile(weights, 'C35/output: { class: non-breaking }\n');
    expect((await compared([OLD, next, '--judgements', weights])).exitCode).toBe(0);
    await writeFile(weights, 'C37: { class: non-breaking }\n');
    const refused = await compared([OLD, next, '--judgements', weights]);
    expect(refused).toMatchObject({ exitCode: 2, printed: expect.stringContaining('InvalidInput: C37 is a rule of fact') });
    expect((await compared([OLD, next, '--judgements', join(folder, 'none.yaml')])).printed).toContain('none.yaml cannot be read');
  });

  it('refuses a document in another language that is not as it should be, with file and line', async () => {
    const next = await changed('damaged', '1.1.0', ({ fields }) => fields.push({ name: 'note', type: 'strin' } as never));
    const { printed, exitCode } = await compared([OLD, next]);
    expect(exitCode).toBe(2);
    expect(printed).toMatch(/schemas\/trip-status\.avsc:1 error no valid Avro: [^]*\[foreign\/avro\]/);
  });

  it('prints one object for programs', async () => {
    const { printed, exitCode } = await compared([OLD, 'examples/track-and-trace/1.1.0', '--output', 'json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      verdict: 'non-breaking',
      declaredBump: 'minor',
      requiredBump: 'minor',
      findings: [
        {
          rule: 'C34',
          class: 'non-breaking',
          bump: 'minor',
          part: 'outputPorts/tripPosition',
          pointer: expect.any(String),
          message: expect.any(String),
        },
        { rule: 'C32' },
        { rule: 'C76' },
      ],
    });
  });
});
