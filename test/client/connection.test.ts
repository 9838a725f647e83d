import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { uniqueName } from '../support/executor-world.js';
import { makeCertificate } from '../support/certificate.js';
import { commandLine, jsonOf, outputOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { smallProduct } from '../support/small-product.js';
import { register } from '../support/operations.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';

const product = 'urn:dpds:org.test:dataproducts:nothing';

describe('a command that does not find what it needs', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    world = await openWorld();
    steward = commandLine(world);
  });
  afterAll(() => world.close());

  it('names the address that does not answer', async () => {
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    for (const args of [['status'], ['bootstrap'], ['deploy', product, '1.0.0']]) {
      const told = await steward([...args, '--output', 'json'], { env });
      expect(told.exitCode).toBe(11);
      expect(jsonOf(told)).toMatchObject({
        error: {
          type: 'SystemUnavailable',
          message: 'Temporal does not answer at 127.0.0.1:1 (TEMPORAL_ADDRESS): nothing listens there',
          next: expect.any(String),
        },
      });
    }
  });

  it('goes by a profile with TLS, and says why it is refused: by an untrusted certificate, or for its key', async () => {
    const certificate = await makeCertificate();
    const [host, port] = stackAddresses().temporal.split(':');
    const proxy = createTlsServer(
      { key: readFileSync(certificate.key), cert: readFileSync(certificate.authority), ALPNProtocols: ['h2'] },
      (socket) => {
        const server = connect(Number(port), host);
        pipeline(socket, server, socket, () => undefined);
      },
    );
    // Answers every call as a Temporal does that does not know the key.
    const refusing = createHttp2Server().on('stream', (stream) =>
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16', 'grpc-message': 'unknown key' },
        { endStream: true },
      ),
    );
    const listen = async (server: Server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    try {
      const profiles = join(certificate.authority, '..', 'temporal.toml');
      const address = `localhost:${await listen(proxy)}`;
      await writeFile(
        profiles,
        `[profile.over-tls]\naddress = "${address}"\n[profile.over-tls.tls]\nserver_ca_cert_path = "${certificate.authority}"\n`,
      );
      const profile = { TEMPORAL_ADDRESS: '', TEMPORAL_CONFIG_FILE: profiles, TEMPORAL_PROFILE: 'over-tls' };
      expect(await steward(['status'], { env: profile })).toMatchObject({ exitCode: 0, stderr: '' });
      const untrusted = await steward(['status'], { env: { TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true' } });
      expect(untrusted).toMatchObject({ exitCode: 11, stderr: expect.stringContaining('TEMPORAL_TLS_SERVER_CA_CERT_PATH') });
      const env = { TEMPORAL_ADDRESS: `127.0.0.1:${await listen(refusing)}`, TEMPORAL_API_KEY: 'a-secret-key', TEMPORAL_TLS: 'false' };
      const refused = await steward(['status'], { env });
      expect(refused).toMatchObject({
        exitCode: 11,
        stderr: expect.stringMatching(/^AccessDenied: .* refuses the credentials: unknown key/),
      });
      expect(refused.stderr).not.toContain('a-secret-key');
    } finally {
      proxy.close();
      refusing.close();
      await certificate.remove();
    }
  });

  it('names the namespace that is not there, and how to make it', async () => {
    const env = { TEMPORAL_NAMESPACE: 'nowhere' };
    for (const args of [['status'], ['approvals'], ['deploy', product, '1.0.0']]) {
      const told = await steward(args, { env });
      expect(told).toMatchObject({ exitCode: 3, stdout: '' });
      expect(told.stderr).toMatch(/^NotFound: .*nowhere.*\nNext: .*steward bootstrap/);
    }
  });

  it('says within seconds that no worker listens, and starts nothing', async () => {
    const began = Date.now();
    const told = await steward(['deploy', product, '1.0.0']);
    expect(told.exitCode).toBe(6);
    expect(told.stderr).toContain(`no worker listens on task queue steward of namespace ${world.namespace}`);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect((await world.client.workflow.count()).count).toBe(0);
  });

  it('makes a namespace with its search attributes, and finds it the second time', async () => {
    const namespace = uniqueName('boot');
    const env = { TEMPORAL_NAMESPACE: namespace };
    const first = await steward(['bootstrap', '--output', 'json'], { env });
    expect(first.exitCode).toBe(0);
    expect(jsonOf(first)).toMatchObject({ namespace: 'made', added: expect.arrayContaining(['DataProduct', 'AwaitingApproval']) });
    await eventually(
      async () => jsonOf<{ added: string[] }>(await steward(['bootstrap', '--output', 'json'], { env })).added.length === 0,
      'nothing is left to add',
    );
    const again = await steward(['bootstrap'], { env });
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toMatch(new RegExp(`^namespace ${namespace} found; search attributes added: none\n`));
    expect(again.stdout).toMatch(new RegExp(`^  waits for a decision: http.*/namespaces/${namespace}/workflows\\?query=`, 'm'));
    const connection = await Connection.connect({ address: stackAddresses().temporal });
    await connection.operatorService.deleteNamespace({ namespace });
    await connection.close();
  });

  it('says that no worker answers when the worker dies under an operation, and goes on when one comes', async () => {
    const worker = await world.startWorker();
    const small = smallProduct(world, 'orphaned', {});
    await register(world, small);
    worker.kill('SIGKILL');
    await worker.ended;
    // The server takes a worker that has just died for one that still listens.
    const running = steward(['deploy', small.line, '1.0.0']);
    const seen = outputOf(running);
    await eventually(async () => seen().includes('no worker answers: the operation goes on when one comes'), 'the silence is told');
    await world.startWorker();
    const done = await running;
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toMatch(/^deployed: /m);
  });
});
