import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { beforeAfter, say } from '../say.js';
import type { Server } from './asyncapi.js';
import { compareRegistries } from './kafka.js';
import { compareSecurity } from './security.js';

/** Servers by their names, then by their addresses: the name is for the document alone. */
export function compareServers(old: Server[], next: Server[]): ChangeFinding[] {
  const left = new Set(old);
  const take = (fits: (server: Server) => boolean): Server | undefined => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const named = new Map(next.map((server) => [server, take(({ name }) => name === server.name)]));
  const pairs = next.map((server) => {
    const moved = (candidate: Server): boolean => candidate.url === server.url && candidate.protocol === server.protocol;
    return { server, before: named.get(server) ?? take(moved) };
  });
  return [
    ...pairs.flatMap(({ server, before }) =>
      before
        ? compareServer(before, server)
        : [
            say('C30', 'added', {
              pointer: server.pointer,
              message: `server ${server.name} is added`,
              ...beforeAfter(undefined, addressOf(server)),
            }),
          ],
    ),
    ...[...left].map((server) =>
      say('C30', isVariable(server.url) ? 'variable' : 'changed', {
        pointer: server.pointer,
        message: `server ${server.name} is removed`,
        ...beforeAfter(addressOf(server), undefined),
      }),
    ),
  ];
}

const addressOf = ({ protocol, url }: Server): string => `${protocol} ${url}`;

/** `{host}` of AsyncAPI, `${env:HOST}` of an environment. */
const isVariable = (url: string): boolean => /\{[^}]+\}/.test(url);

function compareServer(old: Server, next: Server): ChangeFinding[] {
  const found: ChangeFinding[] = [];
  if (old.url !== next.url || old.protocol !== next.protocol) {
    const variable = old.protocol === next.protocol && (isVariable(old.url) || isVariable(next.url));
    found.push(
      say('C30', variable ? 'variable' : 'changed', {
        pointer: next.pointer,
        message: `the address of server ${next.name} changed`,
        ...beforeAfter(addressOf(old), addressOf(next)),
      }),
    );
  }
  if (!same(old.variables, next.variables))
    found.push(
      say('C30', 'variable', {
        pointer: `${next.pointer}/variables`,
        message: `the variables of the address of server ${next.name} changed`,
      }),
    );
  found.push(
    ...compareSecurity(old.security, next.security, `${next.pointer}/security`, `server ${next.name}`),
    ...compareRegistries(old, next),
  );
  if (!same(old.otherBindings, next.otherBindings))
    found.push(
      say('C33', 'any', { pointer: next.pointer, message: `bindings of server ${next.name} changed in a way that no rule knows` }),
    );
  return found;
}
