import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackAddresses, StackDescription } from '../../local/stack/index.js';
import type { Tools } from '../../local/parts/index.js';

/** Where the stack of this test run is; global-setup.ts has started it, or taken the one that STEWARD_TEST_STACK names. */
export function stackAddresses(): StackAddresses {
  return description().addresses;
}

/** Terraform (or OpenTofu) and the provider mirror of this test run. */
export function stackTools(): Tools {
  const { tools } = description();
  if (!tools) throw new Error('The stack of this test run was started without tools.');
  return tools;
}

/** The object store's credentials, for the test's own clients. */
export function stackCredentials(): { accessKeyId: string; secretAccessKey: string } {
  const { accessKeyId, secretAccessKey } = stackAddresses().s3.credentialFiles;
  return { accessKeyId: readFileSync(accessKeyId, 'utf8'), secretAccessKey: readFileSync(secretAccessKey, 'utf8') };
}

function description(): StackDescription {
  const home = process.env['STEWARD_TEST_STACK'];
  if (!home) throw new Error('No stack runs for this test: it belongs to the jest project "stack", see jest.config.js.');
  return JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackDescription;
}
