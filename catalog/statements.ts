import { statementKey } from '../lifecycle/ids.js';
import { canonicalJson, digestOf } from './digest.js';
import type { ObjectStore } from './object-store.js';
import { parseStored } from './record.js';

/** Who has used a statement, and when. */
export interface StatementUse {
  user: string;
  /** ISO time. */
  at: string;
  /** When the statement runs out, seconds since 1970; kept so that old entries may be cleared away. */
  exp: number;
}

interface Statement {
  sub: string;
  jti: string;
}

/** Statements that were used: each counts once. */
export interface Statements {
  /** Uses a statement up. Its first user may ask again (a retry does): compare `user`; for anybody else it is a replay. */
  use(statement: Statement & { exp: number }, user: string): Promise<StatementUse>;
  read(statement: Statement): Promise<StatementUse | undefined>;
}

export function createStatements(store: ObjectStore): Statements {
  // The signer is part of the name: nobody uses up what another one has signed.
  const keyOf = ({ sub, jti }: Statement): string => statementKey(digestOf(canonicalJson([sub, jti])));
  const readAt = async (key: string): Promise<StatementUse | undefined> => {
    const found = await store.get(key);
    return found && parseStored<StatementUse>(store, key, found.bytes);
  };
  return {
    async use(statement, user) {
      const use = { user, at: new Date().toISOString(), exp: statement.exp };
      const key = keyOf(statement);
      if (await store.create(key, Buffer.from(canonicalJson(use)), 'application/json')) return use;
      return (await readAt(key)) ?? use;
    },
    read: (statement) => readAt(keyOf(statement)),
  };
}
