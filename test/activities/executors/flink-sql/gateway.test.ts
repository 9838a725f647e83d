import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GatewaySession } from '../../../../activities/executors/flink-sql/gateway.js';
import { stackEnvironment } from '../../../support/executor-world.js';

/** What the real gateway says of a cluster that it cannot reach: never that the statement is wrong. */
describe('the SQL gateway before a cluster that does not answer', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });
  const serve = (onRequest: (socket: Socket) => void): Promise<string> =>
    new Promise((resolve) => {
      const server = createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => undefined);
        socket.once('data', () => onRequest(socket));
      });
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve(String((server.address() as AddressInfo).port)));
    });
  const submitTo = (cluster: { [option: string]: string }): Promise<void> =>
    GatewaySession.use(stackEnvironment().flink!, undefined, async (session) => {
      await session.execute("CREATE TEMPORARY TABLE numbers (a INT) WITH ('connector' = 'datagen')");
      await session.execute("CREATE TEMPORARY TABLE sink_a (a INT) WITH ('connector' = 'blackhole')");
      const hurry = { 'rest.retry.max-attempts': '0', 'rest.retry.delay': '1', 'rest.idleness-timeout': '500' };
      await session.submit('INSERT INTO sink_a SELECT a FROM numbers', { ...hurry, ...cluster });
    });
  const unavailable = { type: 'SystemUnavailable', message: expect.stringContaining('cannot reach its cluster') };

  it('whose name is unknown', async () => {
    await expect(submitTo({ 'rest.address': 'nowhere.invalid' })).rejects.toMatchObject(unavailable);
  });

  it('which resets the connection', async () => {
    const port = await serve((socket) => socket.resetAndDestroy());
    await expect(submitTo({ 'rest.address': '127.0.0.1', 'rest.port': port })).rejects.toMatchObject(unavailable);
  });

  it('which never answers', async () => {
    const port = await serve(() => undefined);
    await expect(submitTo({ 'rest.address': '127.0.0.1', 'rest.port': port })).rejects.toMatchObject(unavailable);
  });

  it('while a wrong statement stays a wrong statement', async () => {
    const wrong = GatewaySession.use(stackEnvironment().flink!, undefined, (session) =>
      session.execute("SELECT 'a TimeoutException: Connection reset', nowhere"),
    );
    await expect(wrong).rejects.toMatchObject({ name: 'StatementError' });
  });
});
