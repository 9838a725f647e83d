import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { read } from './read.js';
import { parseSql, splitSql } from './sql.js';
import { ClusterState, Refused } from './state.js';
import type { Outcome } from './state.js';

/** What goes wrong with the next DDL statements, one entry each. */
export type Fault =
  | { kind: 'none' }
  /** It runs, but the connection closes without an answer; `'did not run'`: it does not. */
  | { kind: 'no answer'; ran: boolean }
  /** A proxy in front of it answers 503 with a page of its own; what is behind ran the statement or did not get it. */
  | { kind: 'page'; ran: boolean }
  /** Another writer was faster: 50000, not run. */
  | { kind: 'fenced' }
  /** Answered with EXECUTING; runs after `ms`. Until then every other DDL is a 50000 and the command runner gets stuck. */
  | { kind: 'slow'; ms: number }
  /** The process is killed while it works on the statement, after it ran or before, and is back after `downMs`. */
  | { kind: 'killed'; ran: boolean; downMs: number };

/**
 * NOT ksqlDB: a stand-in that answers from a state of its own as a recorded ksqlDB 7.4.15 did. It knows the statements
 * and faults that the recordings show, moves no record, and says nothing about what a newer server does.
 */
export class KsqlDbStandIn {
  readonly state = new ClusterState();
  readonly faults: Fault[] = [];
  /** Every request's SQL in order, for tests that count effects. */
  readonly ran: string[] = [];
  /** Every text that was sent, tried ones included. */
  readonly asked: string[] = [];
  /** So many of the next ASSERTs are not answered: the connection closes, whether they hold or not. */
  silentAsserts = 0;
  /** How long one statement takes: parallel ones meet within it. */
  statementMs = 2;
  /** Requires HTTP Basic when set. */
  credentials: { username: string; password: string } | undefined;
  private server: Server | undefined;
  private port = 0;
  private writing = false;
  private stuck = false;
  private readyAt = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Closes every connection at once, as a killed process does. What ran stays; statuses are rebuilt at the start. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** A query that fails: its state word and the server's health stay as they are. */
  failQuery(id: string, errorMessage: string, timestamp = Date.now()): void {
    this.state.queries.get(id)!.errors.push({ timestamp, errorMessage, type: 'USER' });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const send = (status: number, body: unknown, typed = true): void => {
      response.writeHead(status, typed ? { 'content-type': 'application/json' } : {}).end(JSON.stringify(body));
    };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (Date.now() < this.readyAt) return send(503, generic(50302, 'KSQL is not yet ready to serve requests.'), false);
    if (url === '/healthcheck') return send(200, this.health());
    if (!this.allowed(request)) return send(401, generic(40100, 'Unauthorized'), false);
    if (url === '/info')
      return send(200, {
        KsqlServerInfo: {
          version: '7.4.15',
          kafkaClusterId: 'stand-in',
          ksqlServiceId: 'trips_',
          serverStatus: this.stuck ? 'ERROR' : 'RUNNING',
        },
      });
    if (url === '/status')
      return send(200, { commandStatuses: Object.fromEntries([...this.state.statuses].map(([id, { status }]) => [id, status])) });
    if (url.startsWith('/status/')) {
      const status = this.state.statuses.get(decodeURIComponent(url.slice('/status/'.length)));
      return status ? send(200, status) : send(404, generic(40400, 'Command not found'));
    }
    if (url !== '/ksql')
      return void response.writeHead(404, { 'content-type': 'text/html' }).end('<html><body><h1>Resource not found</h1></body></html>');

    const body = JSON.parse(Buffer.concat(chunks).toString()) as Request;
    this.asked.push(body.ksql);
    const awaited = body.commandSequenceNumber ?? -1;
    if (awaited >= 0 && (awaited > this.state.sequence || (awaited === this.state.sequence && this.stuck))) {
      await delay(this.statementMs);
      return send(503, generic(50301, `Timed out while waiting for a previous command to execute. command sequence number: ${awaited}`));
    }
    try {
      send(200, await this.ksql(body));
    } catch (error) {
      if (error instanceof NoAnswer) return void request.socket.destroy();
      if (error instanceof Page)
        return void response.writeHead(503, { 'content-type': 'text/html' }).end('<html><body>Service Unavailable</body></html>');
      if (!(error instanceof Guilty)) throw error;
      const { code, message, bare } = error.reason;
      const status = Math.floor(code / 100);
      send(
        status,
        bare
          ? generic(code, message)
          : { '@type': 'statement_error', error_code: code, message, statementText: error.statement, entities: [] },
      );
    }
  }

  private allowed({ headers }: IncomingMessage): boolean {
    if (this.credentials === undefined) return true;
    const { username, password } = this.credentials;
    return headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  private health(): unknown {
    const commandRunner = { isHealthy: !this.stuck };
    return {
      isHealthy: !this.stuck,
      details: { metastore: { isHealthy: true }, kafka: { isHealthy: true }, commandRunner },
      serverState: 'READY',
    };
  }

  /** Parse all, validate all in a sandbox, run one by one: what ran before a failing one stays. */
  private async ksql(body: Request): Promise<unknown[]> {
    const session: Session = { properties: { ...body.streamsProperties }, variables: { ...body.sessionVariables } };
    const statements = splitSql(body.ksql);
    const guard = async <T>(sql: string, whole: boolean, work: () => T | Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw error instanceof Refused ? new Guilty(error, whole && error.code === 50000 ? body.ksql : sql) : error;
      }
    };
    const written: Session = structuredClone(session);
    for (const text of statements) {
      const sql = substitute(text, written.variables);
      await guard(sql, true, () => {
        if (parseSql(sql).type === 'syntax')
          throw new Refused(40001, `line 1:1: Syntax Error\nSyntax error at or near '${sql.split(/\s+/)[1] ?? sql}'`);
        inSession(sql, written);
      });
    }
    const rehearsal: Session = structuredClone(session);
    const sandbox = this.state.sandbox();
    for (const text of statements) {
      const sql = substitute(text, rehearsal.variables);
      if (!inSession(sql, rehearsal)) await guard(sql, true, () => validate(sql, sandbox, rehearsal));
    }
    const entities: unknown[] = [];
    for (const text of statements) {
      const sql = substitute(text, session.variables);
      if (inSession(sql, session)) continue;
      const parsed = parseSql(sql);
      if (parsed.type === 'assert' && this.silentAsserts > 0) {
        this.silentAsserts -= 1;
        throw new NoAnswer();
      }
      const entity = await guard(sql, false, () => (isDdl(parsed.type) ? this.ddl(sql, session) : read(sql, this.state)));
      if (entity !== undefined) entities.push(entity);
    }
    return entities;
  }

  private async ddl(sql: string, session: Session): Promise<unknown> {
    if (this.stuck)
      throw new Refused(
        50000,
        `Could not write the statement '${sql}' into the command topic.\nCaused by: Timeout while waiting for command topic consumer to process command\n\ttopic`,
      );
    if (this.writing) throw new Refused(50000, FENCED);
    const fault = this.faults.shift();
    if (fault?.kind === 'fenced') throw new Refused(50000, FENCED);
    this.writing = true;
    try {
      await delay(this.statementMs);
      if ((fault?.kind === 'no answer' || fault?.kind === 'page' || fault?.kind === 'killed') && !fault.ran)
        return await this.silent(fault);
      if (fault?.kind === 'slow') return this.later(sql, session, fault.ms);
      const outcome = this.state.run(sql, session.properties, true);
      if (outcome === 'exists')
        return { '@type': 'warning_entity', statementText: sql, message: 'A stream with the same name already exists.', warnings: [] };
      this.commit(sql, outcome);
      if (fault !== undefined && fault.kind !== 'none') return await this.silent(fault);
      return entity(sql, outcome.commandId, outcome.status, this.state.sequence);
    } finally {
      this.writing = false;
    }
  }

  private commit(sql: string, { commandId, status }: Outcome): void {
    this.ran.push(sql);
    this.state.sequence += 2;
    if (!/^(pause|resume)\//.test(commandId)) this.state.idBase = this.state.sequence;
    this.state.statuses.set(commandId, status);
  }

  private later(sql: string, session: Session, ms: number): unknown {
    const outcome = this.state.sandbox().run(sql, session.properties, false) as Outcome;
    const executing = { status: 'EXECUTING', message: 'Executing statement', queryId: null };
    this.state.sequence += 2;
    this.state.statuses.set(outcome.commandId, executing);
    this.stuck = true;
    setTimeout(() => {
      this.stuck = false;
      this.state.sequence -= 2;
      this.commit(sql, this.state.run(sql, session.properties, true) as Outcome);
    }, ms);
    return entity(sql, outcome.commandId, executing, this.state.sequence);
  }

  private async silent(fault: Fault): Promise<never> {
    if (fault.kind === 'killed') {
      void this.kill();
      setTimeout(() => {
        this.readyAt = Date.now() + fault.downMs;
        void this.start();
      }, fault.downMs);
    }
    throw fault.kind === 'page' ? new Page() : new NoAnswer();
  }
}

interface Request {
  ksql: string;
  streamsProperties?: Record<string, string>;
  sessionVariables?: Record<string, string>;
  commandSequenceNumber?: number;
}
interface Session {
  properties: Record<string, string>;
  variables: Record<string, string>;
}

class NoAnswer extends Error {}
class Page extends Error {}
class Guilty extends Error {
  constructor(
    readonly reason: Refused,
    readonly statement: string,
  ) {
    super(reason.message);
  }
}

const FENCED =
  "Producer with transactionalId 'trips_' and ProducerIdAndEpoch(producerId=5, epoch=0) has been fenced by another producer with the same transactionalId";

const generic = (code: number, message: string): unknown => ({ '@type': 'generic_error', error_code: code, message });
const entity = (sql: string, commandId: string, commandStatus: unknown, commandSequenceNumber: number): unknown => ({
  '@type': 'currentStatus',
  statementText: sql,
  commandId,
  commandStatus,
  commandSequenceNumber,
  warnings: [],
});

const substitute = (sql: string, variables: Record<string, string>): string =>
  sql.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);

const isDdl = (type: string): boolean => ['create', 'insert', 'drop', 'command', 'alter'].includes(type);

const inSession = (sql: string, session: Session): boolean => {
  const parsed = parseSql(sql);
  if (parsed.type === 'set') session.properties[parsed.key] = parsed.value;
  else if (parsed.type === 'unset') delete session.properties[parsed.key];
  else if (parsed.type === 'define') session.variables[parsed.key] = parsed.value;
  else if (parsed.type === 'undefine') delete session.variables[parsed.key];
  else return false;
  return true;
};

const validate = (sql: string, sandbox: ClusterState, { properties }: Session): void => {
  const parsed = parseSql(sql);
  if (isDdl(parsed.type)) {
    sandbox.run(sql, properties, false);
    sandbox.idBase += 2;
  } else if (parsed.type === 'query') {
    const missing = [...sql.matchAll(/\bFROM\s+(\w+)/gi)]
      .map((found) => found[1]!.toUpperCase())
      .find((name) => !sandbox.sources.has(name));
    if (missing) throw new Refused(40001, `Exception while preparing statement: ${missing} does not exist.`);
    throw new Refused(40002, "The following statement types should be issued to the websocket endpoint '/query':\n\t* PRINT\n\t* SELECT");
  } else if (parsed.type === 'connector')
    throw new Refused(
      50000,
      'io.confluent.ksql.util.KsqlServerException: Connection refused\nCaused by: Could not connect to the server. Please check the server details are\n\tcorrect',
    );
  else if (parsed.type === 'explain' && !sandbox.queries.has(parsed.name))
    throw new Refused(40001, `Query with id:${parsed.name} does not exist, use SHOW QUERIES to view the full set of queries.`);
  else if (parsed.type === 'describe' && !sandbox.sources.has(parsed.name))
    throw new Refused(40001, `Could not find STREAM/TABLE '${parsed.name}' in the Metastore`);
};
