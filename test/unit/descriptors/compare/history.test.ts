import { describe, expect, it } from '@jest/globals';
import { compareDescriptors, compareWithHistory, type Judgements, type Product } from '../../../../descriptors/index.js';
import { product } from '../example.js';
import { api, channel, first, input, message, output } from './cases/case.js';

interface Field {
  name: string;
  type: unknown;
  default?: unknown;
}

/** The example as `version`, with these fields in its first output port (and in its input port, when told). */
function version(number: string, fields: Field[], port = number): Product {
  const tree = product();
  tree.info.version = number;
  output(tree).version = port;
  message(output(tree)).payload.fields.push(...fields);
  return tree;
}
const note = { name: 'note', type: 'string', default: '' };
const rulesOf = (comparison: ReturnType<typeof compareWithHistory>): string[] =>
  (comparison?.findings ?? []).map(({ rule, against }) => (against === undefined ? rule : `${rule} against ${against}`));

describe('a new version and all before it', () => {
  it('is held against payloads of older versions too: a field that came, went and comes back as something else', () => {
    const old = [version('1.0.0', [note]), version('1.1.0', [])];
    const next = version('1.2.0', [{ name: 'note', type: 'int', default: 0 }]);
    expect(rulesOf(compareWithHistory([old[1]!], next))).not.toContain('C39 against 1.0.0');
    const comparison = compareWithHistory(old, next);
    expect(rulesOf(comparison)).toContain('C39 against 1.0.0');
    expect(comparison).toMatchObject({ verdict: 'reject', declaredBump: 'minor', requiredBump: 'major' });
  });

  it('is compared as a whole with the latest only, whatever the order', () => {
    const old = [version('1.1.0', [note]), version('1.0.0', []), version('1.10.0', [note, { ...note, name: 'more' }])];
    const comparison = compareWithHistory(old, version('1.11.0', [note, { ...note, name: 'more' }]));
    expect(rulesOf(comparison)).toEqual(['C5']);
  });

  it('may not be lower than the latest, but a backport does not look at other majors', () => {
    const old = [version('1.0.0', []), version('1.4.2', []), version('2.0.0', [note])];
    expect(rulesOf(compareWithHistory(old, version('1.4.1', [])))).toContain('C3');
    expect(compareWithHistory(old, version('1.4.3', []))).toMatchObject({ verdict: 'non-breaking', declaredBump: 'patch' });
    expect(compareWithHistory(old, version('3.0.0', []))).toBeUndefined();
  });
});

describe('rules of judgement', () => {
  const old = version('1.0.0', []);
  const next = version('1.1.0', [{ name: 'note', type: 'string' }]);

  it('can be given another weight, as a whole or by case', () => {
    const judged = (judgements: Judgements) => compareDescriptors(old, next, { judgements }).findings.find(({ rule }) => rule === 'C35');
    expect(judged({})).toMatchObject({ class: 'needs-approval', bump: 'minor' });
    expect(judged({ C35: { class: 'breaking', bump: 'major' } })).toMatchObject({ class: 'breaking', bump: 'major' });
    expect(judged({ C35: { class: 'breaking' }, 'C35/output': { class: 'non-breaking' } })).toMatchObject({
      class: 'non-breaking',
      bump: 'minor',
    });
    expect(judged({ 'C35/input': { class: 'breaking' } })).toMatchObject({ class: 'needs-approval' });
    expect(compareDescriptors(old, next, { judgements: { C35: { class: 'breaking', bump: 'major' } } })).toMatchObject({
      verdict: 'reject',
      requiredBump: 'major',
    });
  });

  it.each([
    [{ C99: {} }, 'C99 is no rule of comparison'],
    [{ toString: {} }, 'toString is no rule of comparison'],
    [{ C37: { class: 'non-breaking' } }, 'C37 is a rule of fact, not of judgement'],
    [{ 'C35/never': {} }, 'C35 has no case never'],
    [{ C35: { class: 'harmless' } }, 'C35: class is one of non-breaking, needs-approval, breaking, reject'],
    [{ C35: { bump: 'huge' } }, 'C35: bump is one of'],
    [{ C35: { severity: 'error' } }, 'C35: only class and bump can be set'],
  ])('%j is refused', (judgements, message_) => {
    expect(() => compareDescriptors(old, next, { judgements: judgements as never })).toThrow(message_);
  });
});

describe('AsyncAPI 3 in place of 2', () => {
  /** The same channel, messages and operations as 3.0.0 writes them. */
  function three(tree: Product): void {
    for (const port of [output(tree), input(tree)]) {
      const document = api(port);
      const two = channel(port);
      const [verb, operation] = Object.entries(two).find(([key]) => key === 'subscribe' || key === 'publish') as [
        string,
        { operationId: string },
      ];
      const [name, written] = first(Object.entries(document.components.messages as { [name: string]: { [key: string]: unknown } }));
      const { payload, schemaFormat, messageId: _, ...rest } = written;
      document.components.messages = { [name]: { ...rest, payload: { schemaFormat, schema: payload } } };
      const address = first(Object.keys(document.channels));
      document.channels = { main: { address, bindings: two['bindings'], messages: { [name]: { $ref: `#/components/messages/${name}` } } } };
      document.operations = {
        [operation.operationId]: { action: verb === 'subscribe' ? 'send' : 'receive', channel: { $ref: '#/channels/main' } },
      };
      document.asyncapi = '3.0.0';
      port.promises!.api!.specificationVersion = '3.0.0';
    }
  }

  it('is the form of the document, not another interface', () => {
    const next = product();
    three(next);
    expect(compareDescriptors(product(), next).findings.map(({ rule, variant }) => `${rule}/${variant}`)).toEqual([
      'C20/major',
      'C4/same',
      'C20/major',
      'C4/same',
      'C1/any',
    ]);
  });

  it('hides no change of the payload', () => {
    const next = product();
    three(next);
    message(output(next)).payload.schema.fields.pop();
    expect(compareDescriptors(product(), next).findings).toContainEqual(
      expect.objectContaining({ rule: 'C37', pointer: expect.stringContaining('/payload/schema/fields') }),
    );
  });
});
