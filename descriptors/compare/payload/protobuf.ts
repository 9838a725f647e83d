import { createRequire } from 'node:module';
import type protobuf from 'protobufjs';
import type { Json } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { beforeAfter, say } from '../say.js';
import { compareFieldSets, type Field } from './fields.js';
import { unreadable, type Direction } from './direction.js';

/** Loaded when a definition is there to compare: most commands never need it. */
const load = createRequire(import.meta.url);
const library = (): typeof protobuf => load('protobufjs') as typeof protobuf;

/** Judges a new Protobuf file of a port against the former one: by numbers, as the wire does, and by names, as code and JSON do. */
export function compareProtobuf(before: Json, after: Json, direction: Direction): ChangeFinding[] {
  const [old, next] = [parsed(before), parsed(after)];
  if (!old || !next) return unreadable('Protobuf');
  const found: ChangeFinding[] = [];
  if (old.package !== next.package)
    found.push(say('C45', 'any', { message: 'the package changed', ...beforeAfter(old.package || 'none', next.package || 'none') }));
  // A type of a field comes and goes with the field, which is told.
  const [used, uses] = [typesInUse(old), typesInUse(next)];
  found.push(
    ...pairs(old.messages, next.messages, (was, is, name) => compareMessages(was, is, name, direction), {
      gone: (name) => (used.has(name) ? undefined : say('C27', 'any', { message: `message ${name} is removed` })),
      added: (name) => (uses.has(name) ? undefined : say('C26', direction, { message: `message ${name} is added` })),
    }),
  );
  found.push(
    ...pairs(old.enums, next.enums, (was, is, name) => compareEnums(was, is, name, direction), {
      gone: (name) => (used.has(name) ? undefined : say('C44', 'other', { message: `enumeration ${name} is removed` })),
      added: () => undefined,
    }),
  );
  if (found.length > 0 || before === after) return found;
  return [say('C48', 'text', { message: 'comments, order or options changed' })];
}

interface File {
  package: string;
  messages: Map<string, protobuf.Type>;
  enums: Map<string, protobuf.Enum>;
}

/** The package of the file that a root was read from. */
const packages = new WeakMap<protobuf.Root, string>();
const packageOf = (root: protobuf.Root): string => packages.get(root) ?? '';

function parsed(text: Json): File | undefined {
  if (typeof text !== 'string') return undefined;
  const { parse, Root, Type, Enum, Namespace } = library();
  try {
    const { root, package: name = '' } = parse(text, new Root(), { keepCase: true });
    packages.set(root, name);
    const file: File = { package: name, messages: new Map(), enums: new Map() };
    const visit = (holder: protobuf.NamespaceBase): void => {
      for (const member of holder.nestedArray) {
        const path = member.fullName.slice(1);
        const relative = name !== '' && path.startsWith(`${name}.`) ? path.slice(name.length + 1) : path;
        if (member instanceof Type) file.messages.set(relative, member);
        if (member instanceof Enum) file.enums.set(relative, member);
        if (member instanceof Type || member instanceof Namespace) visit(member);
      }
    };
    visit(root);
    resolveFeatures(root);
    return file;
  } catch {
    return undefined;
  }
}

/** Messages and enumerations that fields of the file have as their type. */
const typesInUse = (file: File): Set<string> =>
  new Set([...file.messages.values()].flatMap(({ fieldsArray }) => fieldsArray.map(typeName)));

/** What a syntax or edition means for each field; types of files that are not at hand are left alone. */
function resolveFeatures(root: protobuf.Root): void {
  try {
    root.resolveAll();
  } catch {
    // An import is missing: its types compare by their names.
  }
}

function pairs<T>(
  old: Map<string, T>,
  next: Map<string, T>,
  compare: (old: T, next: T, name: string) => ChangeFinding[],
  alone: { gone: (name: string) => ChangeFinding | undefined; added: (name: string) => ChangeFinding | undefined },
): ChangeFinding[] {
  return [...new Set([...next.keys(), ...old.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), next.get(name)];
    if (was && is) return compare(was, is, name);
    return (was ? alone.gone(name) : alone.added(name)) ?? [];
  });
}

/** Types whose values a reader of the other takes for its own. */
const WIRE: readonly (readonly string[])[] = [
  ['int32', 'int64', 'uint32', 'uint64', 'bool'],
  ['sint32', 'sint64'],
  ['fixed32', 'sfixed32'],
  ['fixed64', 'sfixed64'],
  ['string', 'bytes'],
];
const WIDE = ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64', 'bytes'];

function compareMessages(old: protobuf.Type, next: protobuf.Type, name: string, direction: Direction): ChangeFinding[] {
  const current = new Map(next.fieldsArray.map((field) => [field.id, field]));
  const former = new Map(old.fieldsArray.map((field) => [field.id, field]));
  const kept = next.fieldsArray.flatMap((field) => {
    const was = former.get(field.id);
    return was ? compareFields(was, field, name, direction) : [];
  });
  const gone = old.fieldsArray.filter(({ id }) => !current.has(id));
  const added = next.fieldsArray.filter(({ id }) => !former.has(id));
  const names = new Map(added.map((field) => [field.name, field]));
  const renumbered = gone.filter(({ name: field }) => names.has(field));
  const left = gone.filter((field) => !renumbered.includes(field) && oneofOf(field) === undefined);
  const leftOneof = gone.filter((field) => !renumbered.includes(field) && oneofOf(field) !== undefined);
  const came = added.filter((field) => !renumbered.some(({ name: was }) => was === field.name));
  const intoOneof = came.filter((field) => oneofOf(field) !== undefined && old.oneofs?.[oneofOf(field) as string] !== undefined);
  return [
    ...kept,
    ...renumbered.map((field) =>
      say('C49', 'any', {
        message: `${name}.${field.name} has another number: readers of the old one do not find it`,
        ...beforeAfter(field.id, names.get(field.name)?.id),
      }),
    ),
    ...compareFieldSets(
      left.map((field) => fieldOf(field, name)),
      came.filter((field) => !intoOneof.includes(field)).map((field) => fieldOf(field, name)),
      direction,
      false,
    ),
    ...leftOneof.map((field) => say('C49', 'any', { message: `${name}.${field.name} left its oneof ${oneofOf(field)}` })),
    ...intoOneof.map((field) =>
      say('C49', 'any', { message: `${name}.${field.name} comes into oneof ${oneofOf(field)}, which old readers know without it` }),
    ),
    ...[...renumbered, ...left]
      .filter(({ id }) => !next.isReservedId(id))
      .map((field) => say('C49', 'free', { message: `number ${field.id} of ${name}.${field.name} is free again: reserve it` })),
    ...movedIntoOneofs(old, next, former),
  ];
}

/** One field may get a oneof of its own. Several that come together exclude each other, which they did not. */
function movedIntoOneofs(old: protobuf.Type, next: protobuf.Type, former: Map<number, protobuf.Field>): ChangeFinding[] {
  return next.oneofsArray.flatMap((oneof) => {
    const moved = oneof.fieldsArray.filter((field) => {
      const was = former.get(field.id);
      return oneofOf(field) !== undefined && was !== undefined && oneofOf(was) !== oneof.name;
    });
    const isNew = old.oneofs?.[oneof.name] === undefined;
    const from = new Set(moved.map((field) => oneofOf(former.get(field.id) as protobuf.Field)));
    // A oneof with another name, or one field that stood alone.
    if (moved.length === 0 || (isNew && from.size === 1 && (moved.length === 1 || !from.has(undefined)))) return [];
    const names = moved.map(({ name }) => name).join(', ');
    return [say('C49', 'any', { message: `${names} of ${next.name} moved into oneof ${oneof.name}` })];
  });
}

/** An `optional` of proto3 is no oneof, though the library makes one of it. */
const oneofOf = (field: protobuf.Field): string | undefined =>
  field.partOf && !field.partOf.isProto3Optional ? field.partOf.name : undefined;

const fieldOf = (field: protobuf.Field, message: string): Field => ({
  name: field.name,
  path: `${message}.${field.name}`,
  pointer: '',
  optional: !field.required,
  deprecated: field.options?.['deprecated'] === true,
  aliases: [],
  // The number is what readers know: another number is another field.
  type: `${field.id} ${shapeOf(field)}`,
  index: field.id,
  written: `${shapeOf(field)} ${field.name} = ${field.id}`,
});

/** The type by its name inside the package, however it is written. */
function typeName(field: protobuf.Field): string {
  const { resolvedType, root } = field as { resolvedType: protobuf.ReflectionObject | null; root: protobuf.Root };
  const full = (resolvedType?.fullName ?? field.type).replace(/^\./, '');
  const home = packageOf(root);
  return home !== '' && full.startsWith(`${home}.`) ? full.slice(home.length + 1) : full;
}

const shapeOf = (field: protobuf.Field): string => {
  const key = (field as { keyType?: string }).keyType;
  return `${field.repeated ? 'repeated ' : ''}${key === undefined ? typeName(field) : `map<${key}, ${typeName(field)}>`}`;
};

function compareFields(old: protobuf.Field, next: protobuf.Field, message: string, direction: Direction): ChangeFinding[] {
  const where = `${message}.${next.name}`;
  const seen = beforeAfter(`${shapeOf(old)} ${old.name} = ${old.id}`, `${shapeOf(next)} ${next.name} = ${next.id}`);
  const renamed = old.name !== next.name;
  if (shapeOf(old) !== shapeOf(next))
    return renamed
      ? [say('C49', 'any', { ...seen, message: `number ${next.id} of ${message} is used for something else` })]
      : [retyped(old, next, where, direction, seen)];
  const found: ChangeFinding[] = [];
  if (renamed)
    found.push(
      say('C38', direction, { ...seen, message: `field ${message}.${old.name} is renamed: the wire does not see it, code and JSON do` }),
    );
  if (oneofOf(old) !== undefined && oneofOf(next) === undefined)
    found.push(say('C49', 'any', { ...seen, message: `${where} left its oneof ${oneofOf(old)}` }));
  if (old.required !== next.required)
    found.push(
      next.required
        ? say('C35', direction, { ...seen, message: `field ${where} has to be there now` })
        : say('C37', direction, { ...seen, message: `field ${where} may be missing now` }),
    );
  return found;
}

function retyped(old: protobuf.Field, next: protobuf.Field, where: string, direction: Direction, seen: object): ChangeFinding {
  const group = WIRE.find((types) => types.includes(old.type) && types.includes(next.type));
  const label = old.repeated !== next.repeated || (old as { keyType?: string }).keyType !== (next as { keyType?: string }).keyType;
  if (label || !group) return say('C44', 'other', { ...seen, message: `${where} has another kind of type` });
  const [was, is] = [WIDE.includes(old.type), WIDE.includes(next.type)];
  return was && !is
    ? say('C40', direction, { ...seen, message: `${where} is narrower than before` })
    : say('C39', direction, { ...seen, message: `${where} is wider than before: old readers cut or misread its values` });
}

function compareEnums(old: protobuf.Enum, next: protobuf.Enum, name: string, direction: Direction): ChangeFinding[] {
  const [was, is] = [Object.entries(old.values), Object.entries(next.values)];
  const added = is.filter(([symbol]) => !Object.hasOwn(old.values, symbol));
  const gone = was.filter(([symbol]) => !Object.hasOwn(next.values, symbol));
  const moved = was
    .filter(([symbol, number]) => Object.hasOwn(next.values, symbol) && next.values[symbol] !== number)
    .map(([symbol]) => symbol);
  const renamed = gone.flatMap(([symbol, number]) => added.filter(([, to]) => to === number).map(([to]) => [symbol, to] as const));
  const list = (symbols: [string, number][], side: 0 | 1): string =>
    symbols
      .map(([symbol]) => symbol)
      .filter((symbol) => !renamed.some((pair) => pair[side] === symbol))
      .join(', ');
  const [fresh, lost] = [list(added, 1), list(gone, 0)];
  // An unknown number falls back to the first symbol, or is kept as a number.
  return [
    ...renamed.map(([from, to]) =>
      say('C38', direction, {
        message: `a symbol of enumeration ${name} is renamed: the wire does not see it, code and JSON do`,
        before: from,
        after: to,
      }),
    ),
    ...(fresh === ''
      ? []
      : [say('C42', direction === 'input' ? 'input' : 'default', { message: `enumeration ${name} has new symbols`, after: fresh })]),
    ...(lost === ''
      ? []
      : [say('C43', direction === 'input' ? 'default' : 'output', { message: `enumeration ${name} lost symbols`, before: lost })]),
    ...(moved.length > 0 ? [say('C49', 'any', { message: `symbols of enumeration ${name} have other numbers: ${moved.join(', ')}` })] : []),
  ];
}
