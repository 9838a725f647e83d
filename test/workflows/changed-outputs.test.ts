import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createObjectStore } from '../../catalog/object-store.js';
import { terraformStateKey } from '../../lifecycle/ids.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { stackAddresses, stackCredentials } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';

/** What the first infrastructure gives to the second one, in each version, and whether 1.1.0 can be made at all. */
interface Given {
  before: string;
  after: string;
  fails?: boolean;
}
const named = (text: string): string => `"${text}"`;
/** Nobody knows the id of what is not there yet. */
const ofNew = 'length(terraform_data.new.id) > 0 ? "made" : ""';
const ofReplaced = 'length(terraform_data.kept.id) > 0 ? "made" : ""';

describe('an upgrade in which a component gives something else than before', () => {
  let world: StewardWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
  });
  afterAll(() => world.close());

  const deployed = async (name: string, given: Given): Promise<[SmallProduct, SmallProduct]> => {
    const first = chained(world, name, '1.0.0', given);
    const second = chained(world, name, '1.1.0', given);
    await register(world, first);
    await register(world, second);
    expect(await outcomeOf(await begin(world, 'deploy', first))).toMatchObject({ ended: 'deployed' });
    expect(await valueOf(first)).toBe('one');
    return [first, second];
  };

  it.each<[string, string, Given, string]>([
    ['known before', 'known', { before: named('one'), after: named('two') }, 'two'],
    ['known afterwards only', 'late', { before: named('one'), after: ofNew }, 'made'],
  ])('changes what is made with it too (%s)', async (_, name, given, expected) => {
    const [, second] = await deployed(name, given);
    const run = await begin(world, 'upgrade', second);
    expect(await outcomeOf(run)).toMatchObject({ ended: 'upgraded' });
    expect(await valueOf(second)).toBe(expected);
    const record = (await world.catalog.environments.read(second.line, 'local'))!.record;
    expect(record.instances['1']!.outputs).toMatchObject({ store: { given: expected }, sink: { taken: expected } });
    // Nothing is left to do.
    expect(await outcomeOf(await begin(world, 'deploy', second))).toMatchObject({ ended: 'unchanged' });
  });

  it('is said to need another deploy where a replacement, which comes last, gives it', async () => {
    const [, second] = await deployed('replaced', { before: named('one'), after: ofReplaced });
    const run = await begin(world, 'upgrade', second);
    expect(await outcomeOf(run)).toMatchObject({ ended: 'upgraded' });
    expect((await world.status(run))!.notes).toContainEqual(
      expect.stringContaining('provision sink is made with what provision store gave'),
    );
    expect(await valueOf(second)).toBe('one');
    expect(await outcomeOf(await begin(world, 'deploy', second))).toMatchObject({ ended: 'deployed' });
    expect(await valueOf(second)).toBe('made');
  });

  it('is undone with what was given before', async () => {
    const [first, second] = await deployed('back', { before: named('one'), after: named('two'), fails: true });
    expect(await outcomeOf(await begin(world, 'upgrade', second))).toMatchObject({
      ended: 'TerraformFailed',
      report: { ended: 'compensated' },
    });
    expect(await valueOf(first)).toBe('one');
  });

  /** What the second infrastructure was made with, by its state. */
  const valueOf = async ({ fqn }: SmallProduct): Promise<unknown> => {
    const { endpoint, region } = stackAddresses().s3;
    const store = createObjectStore({ bucket: `steward-${world.id}-terraform`, region, endpoint, ...stackCredentials() });
    try {
      const state = await store.get(terraformStateKey(fqn, 'local', 'infrastructure:sink:provision'));
      return (JSON.parse(Buffer.from(state!.bytes).toString('utf8')) as { outputs: { taken: { value: unknown } } }).outputs.taken.value;
    } finally {
      store.close();
    }
  };
});

/** Three infrastructures, each made with what the one before it gives; the last one fails where it is told to. */
function chained(world: StewardWorld, name: string, version: string, { before, after, fails = false }: Given): SmallProduct {
  const later = version !== '1.0.0';
  const given = later ? after : before;
  const replaced = given === ofReplaced ? '  triggers_replace = "later"\n' : '';
  const terraform = `variable "topic_prefix" {
  type = string
}
resource "terraform_data" "kept" {
  input = "kept"
${replaced}}
${given === ofNew ? 'resource "terraform_data" "new" {}\n' : ''}output "given" {
  value = ${given}
}
`;
  const failing = `  lifecycle {
    postcondition {
      condition     = self.output == "one"
      error_message = "it fails in the apply"
    }
  }
`;
  return smallProduct(world, name, {
    version,
    terraform,
    more: {
      sink: { after: 'store', configurations: { TF_VAR_value: '${output:store.given}' }, terraform: module('taken', '') },
      last: {
        after: 'sink',
        configurations: { TF_VAR_value: '${output:sink.taken}' },
        terraform: module('seen', fails && later ? failing : ''),
      },
    },
  });
}

const module = (output: string, more: string): string => `variable "value" {
  type = string
}
resource "terraform_data" "part" {
  input = var.value
${more}}
output "${output}" {
  value = terraform_data.part.output
}
`;
