import { at, pointerTo } from '../json.js';
import { portLists, type Port, type PortList, type Product } from '../product.js';
import { compareAgreements } from './agreements.js';
import { compareApi } from './api/index.js';
import type { ComparisonOptions } from './context.js';
import { compareMark, deprecationMarks, removedPort } from './deprecation.js';
import { higher, highest, type ChangeFinding } from './finding.js';
import { withJudgements } from './judgements.js';
import { byName, changedMembers } from './parts.js';
import type { Direction } from './payload/index.js';
import { beforeAfter, below, say } from './say.js';
import { textsChanged } from './texts.js';
import { bumpOf, numberRisen, requiredFor, stepBetween } from './versions.js';

/** What consumers get, or what the product reads: decides which side must keep understanding the other. Never what a document says. */
export const directionOf = (list: PortList): Direction => (list === 'inputPorts' || list === 'controlPorts' ? 'input' : 'output');

/** Where requests are answered, the product answers, whoever asks; only behind an input port others do. */
const answersOf = (list: PortList): Direction => (list === 'inputPorts' ? 'input' : 'output');

/** Differences of the ports of two versions (C4 to C7, C13 to C33, C54 to C75). */
export function comparePorts(old: Product, next: Product, { facts = {}, judgements = {} }: ComparisonOptions): ChangeFinding[] {
  const moved = movedPorts(old, next);
  return portLists.flatMap((list) =>
    byName(old.interfaceComponents[list], next.interfaceComponents[list]).flatMap(({ name, index, old: former, next: current }) => {
      const place = { part: `${list}/${name}`, pointer: `/interfaceComponents/${list}/${index}` };
      if (!former) return [{ ...(moved.has(name) ? movedPort(moved.get(name) as PortList, list) : addedPort(list)), ...place }];
      if (!current) return moved.has(name) ? [] : [{ ...removedPort(list, former, place.part, facts), ...place }];
      const changes = withJudgements(comparePort(former, current, list, facts.readers?.[place.part]), judgements);
      const found = [...changes, ...judgeVersion(former, current, changes)];
      return below(place.pointer, found).map((finding) => ({ ...finding, part: place.part }));
    }),
  );
}

/** Names that left exactly one list and came into exactly one other: name → the list that they left. */
function movedPorts(old: Product, next: Product): Map<string, PortList> {
  const names = (product: Product, list: PortList): Set<string> => new Set(product.interfaceComponents[list].map(({ name }) => name));
  const left = new Map<string, PortList>();
  const came = new Set<string>();
  for (const list of portLists) {
    const [before, after] = [names(old, list), names(next, list)];
    for (const name of before) if (!after.has(name)) left.set(name, list);
    for (const name of after) if (!before.has(name)) came.add(name);
  }
  return new Map([...left].filter(([name]) => came.has(name)));
}

const movedPort = (from: PortList, to: PortList): ChangeFinding =>
  say('C17', 'any', { message: 'the port moved to another kind', before: from, after: to });

const addedPort = (list: PortList): ChangeFinding =>
  list === 'inputPorts'
    ? say('C16', 'added', { message: 'an input port is added: a new source' })
    : say('C15', 'any', { message: 'a port is added' });

/** Pointers are relative to the port. */
function comparePort(old: Port, next: Port, list: PortList, readers: readonly string[] | undefined): ChangeFinding[] {
  return [
    ...comparePromises(old, next),
    ...compareApi(old.promises?.api, next.promises?.api, directionOf(list), answersOf(list)).map((finding) => ({
      ...finding,
      pointer: `/promises/api${finding.pointer ?? ''}`,
    })),
    ...compareApiVersion(old, next),
    ...compareAgreements(old, next, readers),
    ...compareMark(old, next),
    ...compareTexts(old, next),
  ];
}

/** A version that follows the port or the document is told there. */
function compareApiVersion(old: Port, next: Port): ChangeFinding[] {
  const [before, after] = [old.promises?.api, next.promises?.api];
  if (!before || !after || before.version === after.version) return [];
  const follows = (of: (port: Port) => unknown): boolean => before.version === of(old) && after.version === of(next);
  if (follows(({ version }) => version) || follows(({ promises }) => at(at(promises?.api?.definition, 'info'), 'version'))) return [];
  const seen = { pointer: '/promises/api/version', ...beforeAfter(before.version, after.version) };
  return [say('C32', 'any', { ...seen, message: 'the version of the API changed' })];
}

function comparePromises(old: Port, next: Port): ChangeFinding[] {
  const [before, after] = [old.promises ?? {}, next.promises ?? {}];
  const told = (rule: 'C19' | 'C21', name: 'servicesType' | 'platform'): ChangeFinding[] => {
    const [was, is] = [before[name], after[name]];
    const seen = { pointer: `/promises/${name}`, ...beforeAfter(was, is) };
    if (was === is) return [];
    // What is said for the first time was so before.
    return [
      was === undefined
        ? say('C11', 'any', { ...seen, message: `${name} is stated now` })
        : say(rule, 'any', { ...seen, message: `${name} changed` }),
    ];
  };
  return [...told('C19', 'servicesType'), ...told('C21', 'platform')];
}

const AGREEMENTS = ['promises', 'expectations', 'obligations'] as const;
const JUDGED_INSIDE = [
  'platform',
  'servicesType',
  'api',
  'deprecationPolicy',
  'slo',
  'audience',
  'usage',
  'termsAndConditions',
  'billingPolicy',
  'sla',
];

function compareTexts(old: Port, next: Port): ChangeFinding[] {
  const judged = ['id', 'version', 'fullyQualifiedName', ...AGREEMENTS, ...deprecationMarks];
  const places: [prefix: string, old: object, next: object, judged: string[]][] = [
    ['', old, next, judged],
    ...AGREEMENTS.map((agreement): [string, object, object, string[]] => [
      `${agreement}.`,
      old[agreement] ?? {},
      next[agreement] ?? {},
      JUDGED_INSIDE,
    ]),
  ];
  const texts = places.flatMap(([prefix, before, after, leaveOut]) =>
    changedMembers(before, after, leaveOut).map((name) => ({
      name: prefix + name,
      pointer: pointerTo(prefix === '' ? '' : `/${prefix.slice(0, -1)}`, name),
      old: at(before, name),
      next: at(after, name),
    })),
  );
  return textsChanged(texts, undefined, '');
}

/** A port's own version must say what changed in it (C3 to C7). */
function judgeVersion(old: Port, next: Port, found: readonly ChangeFinding[]): ChangeFinding[] {
  const seen = { pointer: '/version', ...beforeAfter(old.version, next.version) };
  const step = stepBetween(old.version, next.version);
  if (step === 'lower' || step === 'build')
    return [say('C3', 'port', { ...seen, message: 'the version of the port is not higher than before' })];
  if (step === 'same')
    return found.length === 0 ? [] : [say('C4', 'same', { ...seen, message: `the port changed, its version ${next.version} did not` })];
  if (found.length === 0)
    return [say('C5', numberRisen(old.version, next.version), { ...seen, message: 'the version of the port changed, the port did not' })];
  const declared = bumpOf(step);
  const required = requiredFor(old.version, highest(found));
  if (required === declared) return [];
  if (higher(declared, required) !== declared)
    return [say('C4', 'small', { ...seen, message: `the changes of the port need a ${required} step of its version` })];
  // A port's step obliges the product, whatever the reason for it.
  const risen = numberRisen(old.version, next.version);
  if (risen === 'major') return [say('C6', 'port', { ...seen, message: 'the version of the port rises by a major step' })];
  return risen === 'minor' ? [say('C7', 'port', { ...seen, message: 'the version of the port rises by a minor step' })] : [];
}
