import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { FetchRefused, type Answer, type Transport } from './remote.js';

/**
 * The transport of the open internet. Nothing uses it unless a caller passes it on.
 * @param authorities certificates (PEM) of the authorities to trust instead of the system's: an organisation's own
 */
export const httpsTransport = (authorities?: string): Transport => ({
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  get: (url, address, limits) =>
    new Promise<Answer>((resolve, reject) => {
      const asked = request(
        url,
        {
          // Whatever the name means by now: the connection goes to the address that was checked.
          lookup: (_host, options, answer) =>
            options.all ? answer(null, [{ address, family: isIP(address) }]) : answer(null, address, isIP(address)),
          // No agent: no connection, and no credential of one, is used twice.
          agent: false,
          ...(authorities !== undefined && { ca: authorities }),
          headers: { accept: 'application/json, application/yaml, text/plain, */*;q=0.1', 'accept-encoding': 'identity' },
          signal: AbortSignal.timeout(limits.milliseconds),
        },
        (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > limits.bytes) asked.destroy(new FetchRefused(`${url.host} answers with more than ${limits.bytes} bytes`));
            chunks.push(chunk);
          });
          response.on('error', (cause) => reject(interrupted(url, cause)));
          response.on('end', () => {
            const { location } = response.headers;
            resolve({
              status: response.statusCode ?? 0,
              body: new Uint8Array(Buffer.concat(chunks)),
              ...(location !== undefined && { location }),
            });
          });
        },
      );
      asked.on('error', (cause) => reject(interrupted(url, cause)));
      asked.end();
    }),
});

function interrupted(url: URL, cause: Error & { code?: unknown }): FetchRefused {
  if (cause instanceof FetchRefused) return cause;
  const code = typeof cause.code === 'string' ? cause.code : cause.name;
  // A certificate that is not trusted now is not trusted a minute later.
  return new FetchRefused(`${url.host} could not be asked (${code})`, { cause, isPassing: !/CERT|SIGNATURE/.test(code) });
}
