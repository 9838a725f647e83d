import { at, pointerTo } from '../json.js';
import { componentLists, kinds, portLists, type Component, type LifecycleTask, type Product } from '../product.js';
import type { ComparisonFacts } from './context.js';
import type { ChangeFinding } from './finding.js';
import { byName, changedMembers, same } from './parts.js';
import { beforeAfter, say } from './say.js';

const LINKS = ['consumesFrom', 'providesTo', 'dependsOn'] as const;
const BLOCKS = ['buildInfo', 'provisionInfo', 'deployInfo'] as const;

/** What is inside concerns nobody outside as long as the ports stay (C76 to C81). */
export function compareComponents(old: Product, next: Product, facts: ComparisonFacts): ChangeFinding[] {
  const inner = componentLists.flatMap((list) =>
    byName(old.internalComponents[list], next.internalComponents[list]).flatMap(({ name, index, old: former, next: current }) => {
      const place = { part: `${list}/${name}`, pointer: `/internalComponents/${list}/${index}` };
      const what = article(kinds[list].kind);
      const loss =
        list === 'infrastructuralComponents' && facts.dataLoss?.includes(name)
          ? [say('C78', 'any', { ...place, message: `${what} is replaced, and its data is lost` })]
          : [];
      if (!former) return [...loss, say('C76', 'any', { ...place, message: `${what} is added` })];
      if (!current) return [...loss, say('C76', 'any', { ...place, message: `${what} is removed` })];
      return [
        ...loss,
        ...compareComponent(former, current, what).map((finding) => ({
          ...finding,
          ...place,
          pointer: place.pointer + (finding.pointer ?? ''),
        })),
      ];
    }),
  );
  return [...inner, ...abandonedPorts(old, next), ...compareStages(old, next, facts)];
}

const article = (kind: string): string => (kind === 'infrastructure' ? 'a piece of infrastructure' : `an ${kind}`);

function compareComponent(old: Component, next: Component, what: string): ChangeFinding[] {
  const links = LINKS.filter((link) => !same(old[link], next[link])).map((link) =>
    say('C81', 'any', { pointer: `/${link}`, message: `${link} changed`, ...beforeAfter(old[link], next[link]) }),
  );
  const services = BLOCKS.flatMap((block) => compareService(old[block], next[block], `/${block}`));
  const rest = changedMembers(withoutServices(old), withoutServices(next), ['id', 'fullyQualifiedName', ...LINKS]);
  const [only] = rest.length === 1 ? rest : [];
  const changed =
    rest.length === 0
      ? []
      : [say('C76', 'any', { message: `${rest.join(', ')} of ${what} changed`, ...(only && memberChange(old, next, only)) })];
  return [...links, ...services, ...changed];
}

const memberChange = (old: Component, next: Component, name: string) => ({
  pointer: pointerTo('', name),
  // Configurations are not shown.
  ...((BLOCKS as readonly string[]).includes(name) ? {} : beforeAfter(at(old, name), at(next, name))),
});

const withoutServices = (component: Component): object =>
  Object.fromEntries(
    Object.entries(component).map(([key, value]: [string, unknown]) =>
      (BLOCKS as readonly string[]).includes(key) ? [key, { ...(value as LifecycleTask), service: undefined }] : [key, value],
    ),
  );

const compareService = (old: LifecycleTask | undefined, next: LifecycleTask | undefined, pointer: string): ChangeFinding[] =>
  old && next && old.service !== next.service
    ? [
        say('C79', 'service', {
          pointer: `${pointer}/service`,
          message: 'another executor takes over',
          ...beforeAfter(old.service, next.service),
        }),
      ]
    : [];

/** Ports that stay although nothing provides to them any more; a product that never said who provides is left alone. */
function abandonedPorts(old: Product, next: Product): ChangeFinding[] {
  const [before, after] = [providers(old), providers(next)];
  return portLists.flatMap((list) => {
    const former = new Map(old.interfaceComponents[list].map((port) => [port.name, port]));
    return next.interfaceComponents[list].flatMap((port, index) => {
      const was = former.get(port.name);
      if (!was || !provided(was, before) || provided(port, after)) return [];
      const place = { part: `${list}/${port.name}`, pointer: `/interfaceComponents/${list}/${index}` };
      return [say('C77', list === 'inputPorts' ? 'input' : 'any', { ...place, message: 'nothing provides to this port any more' })];
    });
  });
}

/** Every port that something provides to: as written, and by its last step, which is its name. */
const providers = (product: Product): Providers => {
  const links = componentLists.flatMap((list) =>
    product.internalComponents[list].flatMap(({ providesTo }) => (Array.isArray(providesTo) ? providesTo : [])),
  );
  return { links: new Set(links), names: new Set(links.map((link) => link.split(':').at(-1))) };
};

interface Providers {
  links: ReadonlySet<string>;
  names: ReadonlySet<string | undefined>;
}

/** Links name a port by its fqn, with or without the major version, or by its name. */
const provided = ({ name, fullyQualifiedName }: { name: string; fullyQualifiedName: string }, { links, names }: Providers): boolean =>
  links.has(fullyQualifiedName) || names.has(name);

function compareStages(old: Product, next: Product, facts: ComparisonFacts): ChangeFinding[] {
  const [before, after] = [old.internalComponents.lifecycleInfo ?? {}, next.internalComponents.lifecycleInfo ?? {}];
  const part = 'lifecycleInfo';
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((stage) => {
    const pointer = `/internalComponents/lifecycleInfo/${stage.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [was, is] = [own(before, stage), own(after, stage)];
    if (!was) return [say('C79', 'any', { part, pointer, message: `stage ${stage} is added` })];
    if (!is) {
      const used = facts.stagesInUse?.includes(stage) ?? false;
      return [
        say('C80', used ? 'used' : 'any', { part, pointer, message: `stage ${stage} is removed${used ? ', an instance is in it' : ''}` }),
      ];
    }
    const services = was.flatMap((task, index) =>
      compareService(task, task.name === undefined ? is[index] : is.find(({ name }) => name === task.name), `${pointer}/${index}`),
    );
    if (services.length > 0) return services.map((finding) => ({ ...finding, part }));
    return same(was, is) ? [] : [say('C79', 'any', { part, pointer, message: `the tasks of stage ${stage} changed` })];
  });
}

const own = <T>(holder: { [key: string]: T }, key: string): T | undefined => (Object.hasOwn(holder, key) ? holder[key] : undefined);
