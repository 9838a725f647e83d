import type { Environment } from '../../../lifecycle/environment.js';
import type { Json } from '../../../lifecycle/digest.js';
import { lex, stringLiteral, unquoted } from './lexer.js';
import type { Statement } from './statement.js';

const VARIABLE = /\$\{([^}]*)\}/g;

/** What a script may name as `${name}` inside of single quotes: addresses of the environment, then the task's own configurations. */
export function sqlVariables(environment: Environment, configurations: { [name: string]: Json }): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(configurations))
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') variables.set(name, String(value));
  variables.set('environment', environment.name);
  variables.set('bootstrap_servers', environment.kafka.bootstrapServers.join(','));
  if (environment.schemaRegistry) variables.set('schema_registry_url', environment.schemaRegistry.url);
  if (!variables.has('topic_prefix')) variables.set('topic_prefix', '');
  return variables;
}

/** A replacement of a stretch of the source, by offsets. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Fills variables in as text: a quote in a value cannot end the string. Unknown names are returned, not guessed. */
export function fillVariables<T extends Statement>(
  statement: T,
  variables: Map<string, string>,
): { statement: T; unknown: { name: string; line: number }[] } {
  const unknown: { name: string; line: number }[] = [];
  const edits: Edit[] = [];
  for (const token of statement.tokens) {
    if (token.kind !== 'string' || !token.text.includes('${')) continue;
    const value = unquoted(token).replace(VARIABLE, (written, name: string) => {
      const found = variables.get(name);
      if (found === undefined) unknown.push({ name, line: token.line });
      return found ?? written;
    });
    edits.push({ start: token.start, end: token.end, text: stringLiteral(value) });
  }
  const code = edited(statement, edits);
  // Read again: the offsets of the tokens are those of the new text.
  return { statement: { ...statement, tokens: lex(code).tokens, code }, unknown };
}

/** The statement's code with some stretches replaced. */
export function edited({ tokens, code }: Pick<Statement, 'tokens' | 'code'>, edits: Edit[]): string {
  const offset = tokens[0]?.start ?? 0;
  let text = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    text += code.slice(at, edit.start - offset) + edit.text;
    at = edit.end - offset;
  }
  return text + code.slice(at);
}
