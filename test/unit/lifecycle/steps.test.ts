import { describe, expect, it } from '@jest/globals';
import { stepsBetween } from '../../../lifecycle/steps.js';
import type { OrderedTask } from '../../../lifecycle/steps.js';
import type { StepPhase } from '../../../lifecycle/task.js';

const task = (name: string, phase: StepPhase, service = 'terraform', version = 'a'): OrderedTask => ({
  after: [],
  id: `application:${name}:${phase}`,
  component: { kind: 'application', name, fqn: `urn:${name}` },
  service,
  phase,
  bundle: `sha256:${version.repeat(64)}`,
  configurations: {},
});
const same = (service: string): string => service;

describe('the steps from one version to another', () => {
  it('come in the order of a deployment, each after all of the earlier phases', () => {
    const steps = stepsBetween(
      [],
      [task('app', 'integrate'), task('schema', 'schemas'), task('store', 'provision'), task('app', 'build')],
      same,
    );
    expect(steps.map(({ phase }) => phase)).toEqual(['build', 'provision', 'schemas', 'integrate']);
    expect(steps.map(({ after }) => after.length)).toEqual([0, 1, 2, 3]);
  });

  it('of one phase wait for each other only where their tasks say so', () => {
    const three = { ...task('three', 'provision'), after: ['application:one:provision'] };
    const steps = stepsBetween([], [task('one', 'provision'), task('two', 'provision'), three], same);
    expect(steps.map(({ after }) => after)).toEqual([[], [], ['application:one:provision']]);
  });

  it('join tasks of the same id into one change', () => {
    const [from, to] = [task('store', 'provision', 'terraform', 'a'), task('store', 'provision', 'terraform', 'b')];
    const steps = stepsBetween([from], [to], same);
    expect(steps).toHaveLength(1);
    expect(steps[0]!.change).toMatchObject({ from: { bundle: from!.bundle }, to: { bundle: to!.bundle } });
    expect(steps[0]!.change.to).not.toHaveProperty('after');
  });

  it('remove what the new version has no more, under a title that says so', () => {
    const from = task('old', 'integrate');
    expect(stepsBetween([from], [], same)).toMatchObject([{ title: 'remove old', change: { from: { id: from.id } } }]);
    expect(stepsBetween([from], [], same)[0]!.change.to).toBeUndefined();
  });

  it('are two where another executor takes over: one removes, the other builds', () => {
    const [from, to] = [task('app', 'integrate', 'ksqldb'), task('app', 'integrate', 'flink-sql')];
    const steps = stepsBetween([from], [to], same);
    expect(steps.map(({ executor, change }) => [executor, Object.keys(change)])).toEqual([
      ['flink-sql', ['to']],
      ['ksqldb', ['from']],
    ]);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(2);
  });

  it('use the executor that the environment maps a service to; two names of one executor are no change', () => {
    const executorOf = (service: string): string => (service === 'stream-sql' ? 'flink-sql' : service);
    const steps = stepsBetween([task('app', 'integrate', 'flink-sql')], [task('app', 'integrate', 'stream-sql')], executorOf);
    expect(steps.map(({ executor }) => executor)).toEqual(['flink-sql']);
  });
});
