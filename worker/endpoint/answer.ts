import type { IncomingMessage } from 'node:http';
import { Refusal, refusalOf } from '../http/index.js';
import type { Answer, Respond } from '../http/index.js';
import { logger } from '../log.js';
import type { EndpointDeps } from './deps.js';
import { routes } from './routes.js';
import type { Note } from './routes.js';

/** Answers bearers of tokens (docs/identity.md), and tells each request in the log: who, what, outcome. */
export const answering =
  (deps: EndpointDeps): Respond =>
  async (request) => {
    const note: Note = {};
    const [asked = ''] = (request.url ?? '').split('?');
    // Anything else is not told: people put tokens into addresses.
    const path = Object.hasOwn(routes, asked) ? asked : undefined;
    const { refused, ...answer } = await route(deps, request, path, note).then(
      (answered) => ({ ...answered, refused: undefined }),
      (error: unknown) => refusalOf(error),
    );
    if (refused !== undefined || note.who !== undefined) tell(deps, path, note, answer.status, refused);
    return answer;
  };

async function route(deps: EndpointDeps, request: IncomingMessage, path: string | undefined, note: Note): Promise<Answer> {
  const methods = path === undefined ? undefined : routes[path];
  if (!methods) throw new Refusal(404, `there are ${Object.keys(routes).join(', ')}`);
  const { method = '' } = request;
  if (!Object.hasOwn(methods, method)) {
    const allowed = Object.keys(methods).join(', ');
    throw new Refusal(405, `this is asked by ${allowed}`, { allow: allowed });
  }
  return methods[method]!(deps, request, note);
}

function tell({ redact }: EndpointDeps, path: string | undefined, note: Note, status: number, refused?: string): void {
  const line = { path: path ?? 'unknown', ...note, status, ...(refused !== undefined && { refused: redact(refused) }) };
  logger[status >= 500 ? 'warn' : 'info'](line, 'endpoint');
}
