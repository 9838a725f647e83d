import { channelsOf, memoryCache, readDescriptor, tasksOf, withForeignDocuments } from '../../descriptors/index.js';
import type { Product } from '../../descriptors/product.js';
import type { Digest } from '../../lifecycle/digest.js';
import type { Finding } from '../../lifecycle/finding.js';
import type { EngineDeps } from './deps.js';

/** What is said of a bundle before any system is asked: syntax, rules, executors' checks, secrets. `product` is left out of what cannot be read. */
export type Validate = (bundle: Digest) => Promise<{ product?: Product; findings: Finding[] }>;

export function createValidate(deps: EngineDeps): Validate {
  const verdicts = memoryCache();
  return async (bundle) => {
    // The same options, the same rules, the same order as on the command line: so are the findings.
    const { profile, namespace } = deps.descriptors;
    const read = readDescriptor(await deps.bundle(bundle), { profile, ...(namespace !== undefined && { namespace }) });
    const { findings } = await withForeignDocuments(read, verdicts);
    const { product } = read;
    if (!product) return { findings };
    return { product, findings: [...findings, ...(await checkTasks(deps, product, bundle)), ...checkChannels(product)] };
  };
}

/** A port's schemas are registered for one topic: that of its first channel. What is left out has to be said. */
function checkChannels({ interfaceComponents: { inputPorts, outputPorts } }: Product): Finding[] {
  const ports = [
    ...inputPorts.map((port) => ({ port, kind: 'inputPorts' })),
    ...outputPorts.map((port) => ({ port, kind: 'outputPorts' })),
  ];
  return ports.flatMap(({ port, kind }): Finding[] => {
    const [first, ...others] = channelsOf(port).filter(({ messages }) => messages.some(({ valueSchema }) => valueSchema));
    if (!first || others.length === 0) return [];
    const left = others.map(({ topic }) => topic).join(', ');
    return [
      {
        rule: 'schema-registry/several-channels',
        severity: 'warning',
        pointer: `/interfaceComponents/${kind}`,
        message: `Port ${port.name} has several channels: the schema of ${first.topic} is registered, that of ${left} is not.`,
        hint: 'Give each topic a port of its own.',
      },
    ];
  });
}

/** What the executors say about their tasks, for every stage that the descriptor could run in. */
async function checkTasks(deps: EngineDeps, product: Product, bundle: Digest): Promise<Finding[]> {
  const environments = [...deps.environments.values()];
  const stages = Object.keys(product.internalComponents.lifecycleInfo ?? {});
  const tasks = [...new Set([...stages, ...environments.map(({ stage }) => stage)])].flatMap((stage) => tasksOf(product, stage));
  const unique = new Map(tasks.map((task) => [`${task.id}/${task.service}`, task]));
  const services = new Map(environments.flatMap((environment) => Object.entries(environment.services)));
  const checked = [...unique.values()].map(async (task) => {
    const executor = deps.executors.get(services.get(task.service) ?? task.service);
    return executor ? executor.check({ ...task, bundle }) : [];
  });
  return (await Promise.all(checked)).flat();
}
