import { channelsOf, type Channel, type Message } from '../tasks/index.js';
import { portLists, type Port, type PortList, type Product } from '../product.js';
import { compareAvro, type Direction } from './avro.js';
import { higher, type Bump, type ChangeFinding } from './finding.js';
import { byName, same } from './parts.js';
import { declaredBump, requiredFor } from './versions.js';

/** What consumers get, or what the product reads: decides which side must keep understanding the other. */
const directionOf = (list: PortList): Direction => (list === 'inputPorts' || list === 'controlPorts' ? 'input' : 'output');

/** Differences of the ports of two versions (C4 to C7, C13 to C33, C54 to C66). */
export function comparePorts(old: Product, next: Product): ChangeFinding[] {
  return portLists.flatMap((list) =>
    byName(old.interfaceComponents[list], next.interfaceComponents[list]).flatMap(({ name, index, old: former, next: current }) => {
      const place = { part: `${list}/${name}`, pointer: `/interfaceComponents/${list}/${index}` };
      if (!former) return [{ ...addedPort(list), ...place }];
      if (!current) return [{ ...removedPort(list), ...place }];
      return comparePort(former, current, directionOf(list)).map((finding) => ({
        ...place,
        ...finding,
        pointer: place.pointer + (finding.pointer ?? ''),
      }));
    }),
  );
}

const addedPort = (list: PortList): ChangeFinding =>
  list === 'inputPorts'
    ? { rule: 'C16', class: 'needs-approval', bump: 'minor', message: 'an input port is added: a new source' }
    : { rule: 'C15', class: 'non-breaking', bump: 'minor', message: 'a port is added' };

const removedPort = (list: PortList): ChangeFinding =>
  list === 'inputPorts'
    ? { rule: 'C16', class: 'needs-approval', bump: 'minor', message: 'an input port is removed' }
    : { rule: 'C13', class: 'breaking', bump: 'major', message: 'a port is removed' };

/** Pointers are relative to the port. */
function comparePort(old: Port, next: Port, direction: Direction): ChangeFinding[] {
  const found = [...comparePromises(old, next), ...compareChannels(old, next, direction), ...compareTexts(old, next)];
  return [...found, ...judgeVersion(old, next, found)];
}

function comparePromises(old: Port, next: Port): ChangeFinding[] {
  const found: ChangeFinding[] = [];
  const [before, after] = [old.promises ?? {}, next.promises ?? {}];
  const add = (finding: ChangeFinding, differs: boolean): void => void (differs && found.push(finding));
  add(
    { rule: 'C19', class: 'breaking', bump: 'major', pointer: '/promises/servicesType', message: 'servicesType changed' },
    before.servicesType !== after.servicesType,
  );
  add(
    {
      rule: 'C19',
      class: 'breaking',
      bump: 'major',
      pointer: '/promises/api',
      message: 'the API is described in another language, or not any more',
    },
    before.api !== undefined && before.api.specification !== after.api?.specification,
  );
  add(
    { rule: 'C21', class: 'needs-approval', bump: 'minor', pointer: '/promises/platform', message: 'the platform changed' },
    before.platform !== after.platform,
  );
  add(
    { rule: 'C55', class: 'needs-approval', bump: 'minor', pointer: '/promises/slo', message: 'the service level objectives changed' },
    !same(before.slo, after.slo),
  );
  add(
    {
      rule: 'C65',
      class: 'needs-approval',
      bump: 'minor',
      pointer: '/promises/deprecationPolicy',
      message: 'the deprecation policy changed',
    },
    !same(before.deprecationPolicy, after.deprecationPolicy),
  );
  add(
    { rule: 'C58', class: 'needs-approval', bump: 'minor', pointer: '/expectations', message: 'what is expected of consumers changed' },
    !same(old.expectations, next.expectations),
  );
  add(
    { rule: 'C56', class: 'breaking', bump: 'major', pointer: '/obligations', message: 'the obligations changed' },
    !same(old.obligations, next.obligations),
  );
  return found;
}

function compareTexts(old: Port, next: Port): ChangeFinding[] {
  const judged = ['id', 'version', 'fullyQualifiedName', 'promises', 'expectations', 'obligations'];
  return same(old, next, judged)
    ? []
    : [{ rule: 'C11', class: 'non-breaking', bump: 'patch', message: 'descriptions, tags or extensions changed' }];
}

function compareChannels(old: Port, next: Port, direction: Direction): ChangeFinding[] {
  const pointer = '/promises/api/definition';
  const [before, after] = [channelsOf(old), channelsOf(next)];
  const found = byName(before.map(named), after.map(named)).flatMap(({ name, old: former, next: current }): ChangeFinding[] => {
    if (!former) return [{ rule: 'C23', class: 'non-breaking', bump: 'minor', pointer, message: `channel ${name} is added` }];
    if (!current) return [{ rule: 'C22', class: 'breaking', bump: 'major', pointer, message: `channel ${name} is removed` }];
    return [...compareTopic(former, current), ...compareMessages(former, current, direction)].map((finding) => ({ ...finding, pointer }));
  });
  const [one, two] = [old.promises?.api, next.promises?.api];
  if (found.length === 0 && one && two && one.specification === two.specification && !same(one, two, ['version']))
    return before.length > 0
      ? [
          {
            rule: 'C32',
            class: 'non-breaking',
            bump: 'patch',
            pointer,
            message: 'the API document changed, its channels and messages did not',
          },
        ]
      : [
          {
            rule: 'C33',
            class: 'needs-approval',
            bump: 'minor',
            pointer,
            message: 'the API document changed in a way that is not compared yet',
          },
        ];
  return found;
}

const named = (channel: Channel): Channel & { name: string } => ({ ...channel, name: channel.topic });

function compareTopic(old: Channel, next: Channel): ChangeFinding[] {
  const found: ChangeFinding[] = [];
  if (old.partitions !== undefined && next.partitions !== undefined && old.partitions !== next.partitions)
    found.push(
      next.partitions < old.partitions
        ? { rule: 'C69', class: 'breaking', bump: 'major', message: 'the channel has fewer partitions, which no broker can do in place' }
        : {
            rule: 'C70',
            class: 'needs-approval',
            bump: 'minor',
            message: 'the channel has more partitions: keys move, the order by key is lost once',
          },
    );
  if (!same(old.cleanupPolicy, next.cleanupPolicy))
    found.push({ rule: 'C73', class: 'breaking', bump: 'major', message: 'the clean-up policy of the channel changed' });
  return found;
}

function compareMessages(old: Channel, next: Channel, direction: Direction): ChangeFinding[] {
  // One message on both sides is the same message, whatever it is called.
  if (old.messages.length === 1 && next.messages.length === 1 && old.messages[0] && next.messages[0])
    return compareMessage(old.messages[0], next.messages[0], direction);
  return byName(old.messages, next.messages).flatMap(({ name, old: former, next: current }): ChangeFinding[] => {
    if (!former) return [{ rule: 'C26', class: 'needs-approval', bump: 'minor', message: `message ${name} is added` }];
    if (!current) return [{ rule: 'C27', class: 'breaking', bump: 'major', message: `message ${name} is removed` }];
    return compareMessage(former, current, direction);
  });
}

function compareMessage(old: Message, next: Message, direction: Direction): ChangeFinding[] {
  const key: ChangeFinding[] =
    old.keyFormat === next.keyFormat
      ? []
      : [{ rule: 'C29', class: 'breaking', bump: 'major', message: 'the key is written in another way' }];
  const [before, after] = [old.valueSchema, next.valueSchema];
  if (same(before, after)) return key;
  if (!before || !after || before.format !== after.format)
    return [...key, { rule: 'C28', class: 'breaking', bump: 'major', message: 'the format of the message changed' }];
  if (before.format === 'avro') return [...key, ...compareAvro(before.inline, after.inline, direction)];
  return [
    ...key,
    {
      rule: 'C33',
      class: 'needs-approval',
      bump: 'minor',
      message: `the ${before.format} schema changed in a way that is not compared yet`,
    },
  ];
}

/** A port's own version must say what changed in it (C3 to C5). */
function judgeVersion(old: Port, next: Port, found: readonly ChangeFinding[]): ChangeFinding[] {
  const pointer = '/version';
  const declared = declaredBump(old.version, next.version);
  if (declared === undefined)
    return [{ rule: 'C3', class: 'reject', bump: 'none', pointer, message: 'the version of the port is not higher than before' }];
  if (declared === 'none')
    return found.length === 0
      ? []
      : [{ rule: 'C4', class: 'reject', bump: 'none', pointer, message: 'the port changed, its version did not' }];
  if (found.length === 0)
    return [{ rule: 'C5', class: 'non-breaking', bump: declared, pointer, message: 'the version of the port changed, the port did not' }];
  const required = requiredFor(
    old.version,
    found.reduce<Bump>((most, finding) => higher(most, finding.bump), 'none'),
  );
  if (required === declared) return [];
  if (higher(declared, required) !== declared)
    return [
      { rule: 'C4', class: 'reject', bump: 'none', pointer, message: `the changes of the port need a ${required} step of its version` },
    ];
  // A port's step obliges the product, whatever the reason for it.
  const rule = declared === 'major' ? 'C6' : 'C7';
  return [{ rule, class: 'non-breaking', bump: declared, pointer, message: `the version of the port rises by a ${declared} step` }];
}
