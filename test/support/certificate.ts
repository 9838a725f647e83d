import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Paths of PEM files. */
export interface Certificate {
  key: string;
  /** The certificate, which is its own authority. */
  authority: string;
  remove(): Promise<void>;
}

/**
 * A certificate for this machine that nobody else trusts: for localhost, 127.0.0.1, and 0.0.0.0, which leads here, too, and does not look like
 * loopback to those who treat that differently.
 */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'steward-tls-'));
  const [key, authority] = [join(folder, 'key.pem'), join(folder, 'authority.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await execa('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', authority]);
  return { key, authority, remove: () => rm(folder, { recursive: true, force: true }) };
}
