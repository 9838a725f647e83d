import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { changedMembers, same } from '../parts.js';
import { compareJsonSchema } from '../payload/json-schema.js';
import type { Direction } from '../payload/index.js';
import { beforeAfter, below, say } from '../say.js';
import { memberOf, membersOf, resolved, type Placed } from './document.js';
import { compareSecurity } from './security.js';
import { withoutTexts } from './without-texts.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Two OpenAPI documents (2.0, 3.x): `answers` says who reads the responses; the requests go the other way. */
export function compareOpenApi(old: JsonObject, next: JsonObject, answers: Direction): ChangeFinding[] {
  return new Comparison(old, next, answers).run();
}

/** The other side of an exchange. */
const opposite = (direction: Direction): Direction => (direction === 'output' ? 'input' : 'output');

class Comparison {
  constructor(
    private readonly old: JsonObject,
    private readonly next: JsonObject,
    private readonly responses: Direction,
  ) {}

  run(): ChangeFinding[] {
    const root = (document: JsonObject): Placed => ({ value: document, pointer: '' });
    return [
      ...this.servers(),
      ...compareSecurity(this.security(this.old, this.old), this.security(this.next, this.next), '/security', 'the API'),
      ...pairs(
        membersOf(this.old, memberOf(this.old, root(this.old), 'paths')),
        membersOf(this.next, memberOf(this.next, root(this.next), 'paths')),
      ).flatMap(({ key, old, next }) => {
        if (!next) return [say('C22', 'any', { pointer: old?.pointer ?? '', message: `path ${key} is removed` })];
        if (!old) return [say('C23', 'any', { pointer: next.pointer, message: `path ${key} is added` })];
        return METHODS.flatMap((method) => this.operation(key, method, old, next));
      }),
      ...(same(this.old['info'], this.next['info'])
        ? []
        : [say('C32', 'any', { pointer: '/info', message: 'texts of the API document changed' })]),
    ];
  }

  private servers(): ChangeFinding[] {
    const urls = (document: JsonObject): string[] => [
      ...listAt(document, 'servers').flatMap((server) => textAt(server, 'url') ?? []),
      ...(textAt(document, 'host') === undefined ? [] : [`${textAt(document, 'host')}${textAt(document, 'basePath') ?? ''}`]),
    ];
    const [before, after] = [urls(this.old), urls(this.next)];
    const seen = { pointer: '/servers', ...beforeAfter(before.join(' '), after.join(' ')) };
    const gone = before.filter((url) => !after.includes(url));
    if (gone.length > 0) {
      const variable = gone.every((url) => /\{[^}]+\}/.test(url));
      return [say('C30', variable ? 'variable' : 'changed', { ...seen, message: `server ${gone.join(', ')} is gone` })];
    }
    return before.length === after.length ? [] : [say('C30', 'added', { ...seen, message: 'a server is added' })];
  }

  /** Requirements by what they ask for; an empty list asks for nothing. */
  private security(document: JsonObject, holder: Json | undefined): Json | undefined {
    const stated = listAt(holder, 'security');
    const schemes = at(at(document, 'components'), 'securitySchemes') ?? at(document, 'securityDefinitions');
    return stated.length === 0
      ? undefined
      : stated.map((entry) =>
          isObject(entry)
            ? Object.keys(entry).map((name) => [withoutTexts(at(schemes, name)) ?? name, at(entry, name) ?? null] as Json)
            : entry,
        );
  }

  private operation(path: string, method: string, old: Placed, next: Placed): ChangeFinding[] {
    const [before, after] = [memberOf(this.old, old, method), memberOf(this.next, next, method)];
    const name = `${method.toUpperCase()} ${path}`;
    if (!isObject(before.value) && !isObject(after.value)) return [];
    if (!isObject(after.value)) return [say('C24', 'removed', { pointer: before.pointer, message: `${name} is removed` })];
    if (!isObject(before.value)) return [say('C24', 'added', { pointer: after.pointer, message: `${name} is added` })];
    const [one, two] = [textAt(before.value, 'operationId'), textAt(after.value, 'operationId')];
    return [
      ...(one === two ? [] : [say('C25', 'any', { pointer: after.pointer, message: 'operationId changed', ...beforeAfter(one, two) })]),
      ...(at(before.value, 'deprecated') !== true && at(after.value, 'deprecated') === true
        ? [say('C18', 'marked', { pointer: after.pointer, message: `${name} is deprecated` })]
        : []),
      ...compareSecurity(
        this.security(this.old, before.value),
        this.security(this.next, after.value),
        pointerTo(after.pointer, 'security'),
        name,
      ),
      ...this.parameters(name, [old, before], [next, after]),
      ...this.bodies(name, memberOf(this.old, before, 'requestBody'), memberOf(this.next, after, 'requestBody')),
      ...this.answers(name, memberOf(this.old, before, 'responses'), memberOf(this.next, after, 'responses')),
      ...this.rest(name, before, after, ['operationId', 'deprecated', 'security', 'parameters', 'requestBody', 'responses']),
    ];
  }

  private parameters(name: string, old: Placed[], next: Placed[]): ChangeFinding[] {
    const all = (document: JsonObject, holders: Placed[]) =>
      holders.flatMap((holder) =>
        listAt(holder.value, 'parameters').map((parameter, index) => {
          const { value, pointer } = resolved(document, parameter, pointerTo(holder.pointer, 'parameters', index));
          return { key: `${textAt(value, 'in')} ${textAt(value, 'name')}`, value: isObject(value) ? value : {}, pointer };
        }),
      );
    const requests = opposite(this.responses);
    return pairs(all(this.old, old), all(this.next, next)).flatMap(({ key, old: was, next: is }) => {
      if (!is) return [say('C36', requests, { pointer: was?.pointer ?? '', message: `parameter ${key} of ${name} is removed` })];
      const required = is.value['required'] === true;
      if (!was) return [say(required ? 'C35' : 'C34', requests, { pointer: is.pointer, message: `parameter ${key} of ${name} is added` })];
      const demanded =
        required && was.value['required'] !== true
          ? [say('C35', requests, { pointer: is.pointer, message: `parameter ${key} of ${name} has to be given now` })]
          : [];
      return [
        ...demanded,
        ...this.schemas(schemaOf(was), schemaOf(is), requests),
        ...this.rest(`parameter ${key} of ${name}`, was, is, ['name', 'in', 'required', 'schema', 'deprecated', 'allowEmptyValue']),
      ];
    });
  }

  private bodies(name: string, old: Placed, next: Placed): ChangeFinding[] {
    const requests = opposite(this.responses);
    if (old.value === undefined && next.value === undefined) return [];
    if (old.value === undefined) {
      const required = at(next.value, 'required') === true;
      return [say(required ? 'C35' : 'C34', requests, { pointer: next.pointer, message: `${name} takes a body now` })];
    }
    if (next.value === undefined) return [say('C36', requests, { pointer: old.pointer, message: `${name} does not take a body any more` })];
    const demanded = at(next.value, 'required') === true && at(old.value, 'required') !== true;
    return [
      ...(demanded
        ? [say('C35', requests, { pointer: pointerTo(next.pointer, 'required'), message: `${name} has to be given a body now` })]
        : []),
      ...this.contents(name, old, next, requests),
    ];
  }

  private answers(name: string, old: Placed, next: Placed): ChangeFinding[] {
    return pairs(membersOf(this.old, old), membersOf(this.next, next)).flatMap(({ key, old: was, next: is }) => {
      if (!is) return [say('C27', 'any', { pointer: was?.pointer ?? '', message: `${name} does not answer ${key} any more` })];
      if (!was) return [say('C26', this.responses, { pointer: is.pointer, message: `${name} may answer ${key} now` })];
      // OpenAPI 2.0 has the schema in the response itself.
      return [
        ...this.contents(name, was, is, this.responses),
        ...this.schemas(schemaOf(was), schemaOf(is), this.responses),
        ...this.rest(`answer ${key} of ${name}`, was, is, ['content', 'schema', 'links']),
      ];
    });
  }

  /** What no rule knows. */
  private rest(where: string, old: Placed, next: Placed, known: readonly string[]): ChangeFinding[] {
    const [was, is] = [old.value, next.value].map((value) => (isObject(value) ? value : {})) as [JsonObject, JsonObject];
    const meant = (document: JsonObject, holder: JsonObject, name: string): Json | undefined =>
      withoutTexts(resolved(document, at(holder, name), '').value);
    return changedMembers(was, is, [...known, 'description', 'summary', 'tags', 'externalDocs', 'example', 'examples'])
      .filter((name) => !name.startsWith('x-') && !same(meant(this.old, was, name), meant(this.next, is, name)))
      .map((name) =>
        say('C33', 'any', {
          pointer: pointerTo(next.pointer, name),
          message: `${name} of ${where} changed in a way that no rule knows`,
          ...beforeAfter(at(was, name), at(is, name)),
        }),
      );
  }

  private contents(name: string, old: Placed, next: Placed, direction: Direction): ChangeFinding[] {
    return pairs(
      membersOf(this.old, memberOf(this.old, old, 'content')),
      membersOf(this.next, memberOf(this.next, next, 'content')),
    ).flatMap(({ key, old: was, next: is }) => {
      if (!is) return [say('C28', 'format', { pointer: was?.pointer ?? '', message: `${name} does not know ${key} any more` })];
      if (!was) return [];
      return this.schemas(schemaOf(was), schemaOf(is), direction);
    });
  }

  private schemas(old: Placed, next: Placed, direction: Direction): ChangeFinding[] {
    if (old.value === undefined || next.value === undefined) return [];
    return below(next.pointer, compareJsonSchema(old.value, next.value, direction, this.old, this.next));
  }
}

const schemaOf = (holder: Placed): Placed => ({ value: at(holder.value, 'schema'), pointer: pointerTo(holder.pointer, 'schema') });

function pairs<T extends { key: string }>(old: T[], next: T[]): { key: string; old?: T; next?: T }[] {
  const former = new Map(old.map((item) => [item.key, item]));
  const current = new Set(next.map(({ key }) => key));
  return [
    ...next.map((item) => ({ key: item.key, next: item, ...(former.has(item.key) && { old: former.get(item.key) as T }) })),
    ...old.filter(({ key }) => !current.has(key)).map((item) => ({ key: item.key, old: item })),
  ];
}
