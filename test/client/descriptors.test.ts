import { describe, expect, it } from '@jest/globals';
import { commandLine, jsonOf } from '../support/command-line.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';

interface Findings {
  valid: boolean;
  findings: { rule: string; severity: string; pointer: string; message: string; class?: string }[];
  normalised?: { info: { name: string } };
}

const steward = commandLine();
const old = 'examples/track-and-trace/1.0.0';
const next = 'examples/track-and-trace/1.1.0';
const product = (version: string, fields?: object[]) =>
  smallProduct({ id: 'x', topicPrefix: 'x-' }, 'judged', { version, ...(fields && { fields }) }).files;

describe('steward validate', () => {
  it('calls a valid descriptor valid, by its file or its folder, as an object for programs', async () => {
    for (const path of [old, `${old}/data-product-descriptor.json`]) {
      const judged = await steward(['validate', path, '--output', 'json']);
      expect(judged).toMatchObject({ exitCode: 0, stderr: '' });
      const { valid, findings } = jsonOf<Findings>(judged);
      expect(valid).toBe(true);
      // As the article writes them: a hyphen in the namespace, blanks in the domain.
      expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['R16 warning', 'R27 warning']);
    }
    const { normalised } = jsonOf<Findings>(await steward(['validate', old, '--normalised', '--output', 'json']));
    expect(normalised?.info.name).toBe('trackandtrace');
  });

  it('tells what is wrong with rule, place and hint, plainly when piped, and exits with 2', async () => {
    const judged = await steward(['validate', 'package.json', '--output', 'json']);
    expect(judged.exitCode).toBe(2);
    const { valid, findings } = jsonOf<Findings>(judged);
    expect(valid).toBe(false);
    for (const finding of findings) {
      expect(Object.keys(finding)).toEqual(expect.arrayContaining(['rule', 'severity', 'pointer', 'message']));
      expect(['error', 'warning', 'info']).toContain(finding.severity);
    }
    const told = await steward(['validate', 'package.json'], { env: { CI: 'true' } });
    expect(told.exitCode).toBe(2);
    // eslint-disable-next-line no-control-regex
    expect(told.stdout).not.toMatch(/\u001b/);
    expect(told.stdout).toMatch(/^package\.json:1 error .* \[R19\]$/m);
    expect(told.stdout).toMatch(/^package\.json is not valid \(3 errors, \d+ warnings\)$/m);
  });

  it('reads broken YAML as a finding with its line', () =>
    withFolder({ 'broken.yaml': 'info:\n  name: [1\n' }, async (folder) => {
      const judged = await steward(['validate', `${folder}/broken.yaml`, '--output', 'json']);
      expect(judged.exitCode).toBe(2);
      expect(jsonOf(judged)).toMatchObject({ valid: false, findings: [{ rule: 'R1', severity: 'error', file: 'broken.yaml' }] });
    }));

  it('tells what leads out of the folder as a finding, like any other fault', () =>
    withFolder({ 'data-product-descriptor.json': '{"interfaceComponents": {"outputPorts": [{"$ref": "../x.json"}]}}' }, async (folder) => {
      const judged = await steward(['validate', folder, '--output', 'json']);
      expect(judged.exitCode).toBe(2);
      expect(jsonOf<Findings>(judged).findings).toContainEqual(
        expect.objectContaining({ rule: 'R113', severity: 'error', pointer: '/interfaceComponents/outputPorts/0/$ref' }),
      );
    }));

  it('needs neither the namespace nor what lies on other hosts: both are told', () => {
    const descriptor = {
      dataProductDescriptor: '1.0.0',
      info: { name: 'orders', version: '1.0.0', domain: 'sales', owner: { id: 'a@company.example' } },
      interfaceComponents: {
        outputPorts: [
          {
            name: 'placed',
            version: '1.0.0',
            promises: { api: { specification: 'asyncapi', version: '2.5.0', definition: { $href: 'https://example.com/api.json' } } },
          },
        ],
      },
      internalComponents: {
        infrastructuralComponents: [
          { name: 'store', version: '1.0.0', provisionInfo: { service: 'terraform', template: { $href: 'https://example.com/x.git' } } },
        ],
      },
    };
    return withFolder({ 'data-product-descriptor.json': JSON.stringify(descriptor) }, async (folder) => {
      const judged = await steward(['validate', folder, '--output', 'json', '--normalised']);
      expect(judged.exitCode).toBe(0);
      const { findings } = jsonOf<Findings>(judged);
      expect(findings.map(({ rule, severity }) => `${rule} ${severity}`).sort()).toEqual([
        'R113 warning',
        'R113 warning',
        'R29 warning',
        'R61 warning',
        'T6 warning',
        'T7 warning',
      ]);
      // Registering is another matter: what is registered must be whole.
      const planned = await steward(['register', folder, '--output', 'json']);
      expect(planned.exitCode).toBe(2);
    });
  });

  it('reads documents of another host from the folder that they are mapped to', () => {
    const files = {
      'data-product-descriptor.json': JSON.stringify({
        dataProductDescriptor: '1.0.0',
        info: { name: 'orders', version: '1.0.0', domain: 'sales', owner: { id: 'a@company.example' } },
        interfaceComponents: { outputPorts: [{ $ref: 'https://example.com/main/ports/placed.json' }] },
      }),
      'local/ports/placed.json': JSON.stringify({
        name: 'placed',
        version: '0.1.0',
        promises: { api: { specification: 'asyncapi', version: '2.5.0', definition: { $href: 'https://example.com/main/api.json' } } },
      }),
      'local/api.json': '{"asyncapi": "2.5.0", "info": {"title": 3, "version": "1"}, "channels": {"a": {}}}',
    };
    return withFolder(files, async (folder) => {
      const map = ['--map', 'https://example.com/main/=local', '--namespace', 'com.company'];
      const { findings } = jsonOf<Findings>(await steward(['validate', folder, '--output', 'json', ...map]));
      expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
        { rule: 'foreign/asyncapi', file: 'local/api.json', pointer: '/info/title' },
      ]);
    });
  });

  it('names the path that cannot be read', async () => {
    const cases = [
      ['nowhere/product.json', 'nowhere/product.json does not exist'],
      ['test', 'test holds none of data-product-descriptor.json, data-product-descriptor.yaml, data-product-descriptor.yml'],
    ] as const;
    for (const [path, message] of cases) {
      const told = await steward(['validate', path]);
      expect(told).toMatchObject({ exitCode: 1, stdout: '' });
      expect(told.stderr).toContain(`InvalidInput: ${message}`);
      const judged = await steward(['validate', path, '--output', 'json']);
      expect(jsonOf(judged)).toMatchObject({ error: { type: 'InvalidInput', message, exit: 1 } });
    }
  });

  it('exits with 1 when it is not used as it should be', async () => {
    const wrong = [
      ['validate'],
      ['validate', old, '--output', 'xml'],
      ['validat', old],
      ['plan', 'p', '1.0.0', '--operation', 'x'],
      ['diff', old],
    ];
    const told = await Promise.all(wrong.map((args) => steward(args)));
    expect(told.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1, 1]);
    expect(told[0]!.stderr).toContain('Usage: steward validate <descriptor>');
    expect(told[2]!.stderr).toContain('Did you mean validate?');
  });
});

describe('steward diff', () => {
  it('says 0 for a change that may be registered as declared', async () => {
    const compared = await steward(['diff', old, next, '--output', 'json']);
    expect(compared.exitCode).toBe(0);
    expect(jsonOf(compared)).toMatchObject({ verdict: 'non-breaking', declaredBump: 'minor', requiredBump: 'minor' });
    for (const finding of jsonOf<Findings>(compared).findings)
      expect(finding).toEqual(
        expect.objectContaining({ rule: expect.any(String), class: expect.any(String), message: expect.any(String) }),
      );
    expect((await steward(['diff', old, next])).stdout).toMatch(
      /^non-breaking: declared minor, required minor; it may be registered as declared$/m,
    );
  });

  it('says 2 for a change that may not, and 3 for one that somebody has to agree to', () =>
    withFolder(product('1.0.0'), (before) =>
      withFolder(product('1.0.1', [{ name: 'id', type: 'int' }]), async (broken) => {
        const refused = await steward(['diff', before, broken, '--output', 'json']);
        expect(refused.exitCode).toBe(2);
        expect(jsonOf(refused)).toMatchObject({ verdict: 'reject', declaredBump: 'patch' });
        const changed = (text: string) => text.replace('"local:kafka"', '"other:kafka"');
        const moved = Object.fromEntries(Object.entries(product('1.1.0')).map(([path, text]) => [path, changed(text)]));
        await withFolder(moved, async (elsewhere) => {
          const asks = await steward(['diff', before, elsewhere, '--output', 'json']);
          expect({ exit: asks.exitCode, verdict: jsonOf(asks)['verdict'] }).toEqual({ exit: 3, verdict: 'needs-approval' });
        });
        const downward = await steward(['diff', next, old, '--output', 'json']);
        expect({ exit: downward.exitCode, verdict: jsonOf(downward)['verdict'] }).toEqual({ exit: 2, verdict: 'reject' });
      }),
    ));

  it('names the side that is no valid descriptor', async () => {
    const told = await steward(['diff', old, 'package.json', '--output', 'json']);
    expect(told.exitCode).toBe(2);
    expect(jsonOf(told)).toMatchObject({
      error: { type: 'InvalidDescriptor', message: expect.stringContaining('package.json is not valid') },
    });
  });
});
