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

  it('of a descriptor that is not valid says which one, what is wrong, and to compare again: nobody was going to register', async () => {
    const next = await changed('invalid', 'one', () => undefined);
    const { printed, exitCode } = await compared([OLD, next]);
    expect(exitCode).toBe(2);
    expect(printed).toMatch(/invalid is not valid:\n[^]*R24/);
    expect(printed).toContain('compare again');
    expect(printed).not.toContain('register again');
  });

  it('ends with 3 for what somebody has to agree to, unless configuration judges otherwise', async () => {
    const next = await changed('required', '1.1.0', ({ fields }) => fields.push({ name: 'note', type: 'string' } as never));
    expect((await compared([OLD, next])).exitCode).toBe(3);
    const weights = join(folder, 'weights.yaml');
    await writeFile(weights, 'C35/output: { class: non-breaking }\n');
    expect((await compared([OLD, next, '--judgements', weights])).exitCode).toBe(0);
    await writeFile(weights, 'C37: { class: non-breaking }\n');
    const refused = await compared([OLD, next, '--judgements', weights]);
    expect(refused).toMatchObject({ exitCode: 2, printed: expect.stringContaining('C37 is a rule of fact') });
    expect((await compared([OLD, next, '--judgements', join(folder, 'none.yaml')])).printed).toContain('none.yaml cannot be used');
  });

  it('asks also where something breaks as well: a worse change is no way around an approval', async () => {
    const next = await changed('worse', '2.0.0', ({ fields }) => fields.splice(1, 1));
    const root = join(next, 'data-product-descriptor.json');
    const text = (await readFile(root, 'utf8')).replace('trackandtrace:1', 'trackandtrace:2');
    await writeFile(root, text);
    const port = join(next, 'ports/trip-status.json');
    await writeFile(port, (await readFile(port, 'utf8')).replace('trackandtrace:1', 'trackandtrace:2'));
    for (const other of ['ports/trip-event.json', 'ports/trip-position.json', 'apps/trip-processing.json', 'infra/event-store.json']) {
      const content = await readFile(join(next, other), 'utf8');
      await writeFile(join(next, other), content.replaceAll('trackandtrace:1', 'trackandtrace:2'));
    }
    expect((await compared([OLD, next])).exitCode).toBe(0);
    await writeFile(root, text.replace('Transport Management"', 'Sales"'));
    const { printed, exitCode } = await compared([OLD, next]);
    expect(exitCode).toBe(3);
    expect(printed).toMatch(/\nbreaking: .* some of it needs approval first$/);
  });

  it('counts judgements also where the version of a port is judged', async () => {
    const next = await changed('gone', '1.1.0', ({ fields }) => fields.push({ name: 'note', type: 'string', default: '' } as never));
    const later = join(folder, 'later');
    await cp(next, later, { recursive: true });
    for (const path of ['data-product-descriptor.json', 'ports/trip-status.json'])
      await writeFile(join(later, path), (await readFile(join(later, path), 'utf8')).replace('"version": "1.1.0"', '"version": "1.2.0"'));
    await cp(join(OLD, 'schemas/trip-status.avsc'), join(later, 'schemas/trip-status.avsc'));
    expect((await compared([next, later])).exitCode).toBe(2);
    const weights = join(folder, 'removed.yaml');
    await writeFile(weights, 'C36: { class: non-breaking, bump: minor }\n');
    expect(await compared([next, later, '--judgements', weights])).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['C35:', 'C35 is given as {class, bump}'],
    ['C35: breaking', 'C35 is given as {class, bump}'],
    ['C35: {}', 'C35 is given as {class, bump}'],
    ['C35: { class: braking }', 'C35: class is one of non-breaking, needs-approval, breaking, reject'],
    ['C35: { class: breaking, why: x }', 'C35: only class and bump can be set'],
    ['C35/other: { class: breaking }', 'C35 has no case other, but output, closed, input'],
    ['C35/output/more: { class: breaking }', 'C35 has no case output/more'],
    ['C99: { class: breaking }', 'C99 is no rule of comparison'],
    ['', 'it holds no object'],
    ['[', 'cannot be used'],
  ])('refuses judgements that are none: %s', async (text, why) => {
    const weights = join(folder, 'bad.yaml');
    await writeFile(weights, text);
    const { printed, exitCode } = await compared([OLD, OLD, '--judgements', weights]);
    expect(printed).toContain(why);
    expect(exitCode).toBe(2);
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
