import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DigestMismatch } from '../../../local/parts/digest.js';
import { download } from '../../../local/parts/download.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('download', () => {
  let server: Server;
  let base: string;
  let folder: string;
  let requests = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-download-'));
    server = createServer((request, response) => {
      requests += 1;
      if (request.url === '/flaky' && requests === 1) return void response.writeHead(503).end();
      if (request.url === '/absent') return void response.writeHead(404).end();
      response.end('the published bytes');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it('keeps a file with the pinned digest, after a break of the line too', async () => {
    requests = 0;
    const file = join(folder, 'flaky.jar');
    expect(await download(`${base}/flaky`, file, sha256('the published bytes'))).toBe(19);
    expect(await readFile(file, 'utf8')).toBe('the published bytes');
    expect(requests).toBe(2);
  });

  it('refuses a file whose bytes are not those that were pinned, leaves nothing of it and does not ask again', async () => {
    requests = 0;
    const file = join(folder, 'tampered.jar');
    const refused = download(`${base}/tampered`, file, sha256('what its publisher made'));
    await expect(refused).rejects.toThrow(DigestMismatch);
    await expect(refused).rejects.toThrow(/tampered is refused/);
    expect([existsSync(file), existsSync(`${file}.partial`), requests]).toEqual([false, false, 1]);
  });

  it('fetches nothing for a file already there, and fetches again one that was changed on disk', async () => {
    const file = join(folder, 'kept.jar');
    await writeFile(file, 'the published bytes');
    requests = 0;
    await download(`${base}/kept`, file, sha256('the published bytes'));
    expect(requests).toBe(0);
    await writeFile(file, 'changed on disk');
    await download(`${base}/kept`, file, sha256('the published bytes'));
    expect(await readFile(file, 'utf8')).toBe('the published bytes');
  });

  it('names the address of what cannot be had', async () => {
    await expect(download(`${base}/absent`, join(folder, 'absent.jar'), sha256(''))).rejects.toThrow(
      `${base}/absent cannot be fetched: HTTP 404`,
    );
  });

  it('says which address did not answer, and why', async () => {
    const refused = download('http://127.0.0.1:1/nobody.jar', join(folder, 'nobody.jar'), sha256(''));
    await expect(refused).rejects.toThrow(/http:\/\/127\.0\.0\.1:1\/nobody\.jar cannot be fetched: .*(ECONNREFUSED|bad port)/);
  }, 60_000);
});
