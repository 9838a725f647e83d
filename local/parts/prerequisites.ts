import { execa } from 'execa';
import semver from 'semver';
import type { Prerequisite } from './part.js';

type Check = {
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  readonly oldest: string;
  readonly howToGet: string;
};

/** JVMs and pyenv shims are slow to start on a loaded machine. */
const CHECK_TIMEOUT_MS = 30_000;

const checks: Record<Prerequisite, Check> = {
  java: {
    title: 'Java 17 or newer (java)',
    command: ['java', '-version'],
    oldest: '17.0.0',
    howToGet: 'Debian/Ubuntu: apt-get install openjdk-17-jdk-headless; macOS: brew install openjdk@17; others: adoptium.net',
  },
  javac: {
    title: 'a Java development kit 17 or newer (javac)',
    command: ['javac', '-version'],
    oldest: '17.0.0',
    howToGet: 'Debian/Ubuntu: apt-get install openjdk-17-jdk-headless (the jre package has no javac); macOS: brew install openjdk@17',
  },
  go: {
    title: 'Go 1.26 or newer (go)',
    command: ['go', 'version'],
    oldest: '1.26.0',
    howToGet: 'go.dev/dl, unpacked to /usr/local/go and /usr/local/go/bin on the PATH; macOS: brew install go',
  },
  python3: {
    title: 'Python 3.9 or newer (python3)',
    command: ['python3', '--version'],
    oldest: '3.9.0',
    howToGet: 'Debian/Ubuntu: apt-get install python3 python3-pip; macOS: brew install python',
  },
  pip: {
    title: 'pip for that Python (python3 -m pip)',
    command: ['python3', '-m', 'pip', '--version'],
    oldest: '21.0.0',
    howToGet: 'Debian/Ubuntu: apt-get install python3-pip; elsewhere: python3 -m ensurepip',
  },
};

/** Something that has to be installed by a person before the parts can be fetched; the message is the whole list. */
export class MissingPrerequisites extends Error {
  override readonly name = 'MissingPrerequisites';
}

/** Resolves if everything named is there. @throws MissingPrerequisites with all that is missing at once, each with how to get it. */
export async function checkPrerequisites(needs: Iterable<Prerequisite>): Promise<void> {
  const found = await Promise.all(
    [...new Set(needs)].map(async (need) => ({ check: checks[need], version: await versionOf(checks[need]) })),
  );
  const missing = found.filter(({ check, version }) => !version || semver.lt(version, check.oldest));
  if (missing.length === 0) return;
  const lines = missing.map(
    ({ check, version }) => `  - ${check.title}: ${version ? `found ${version}` : 'not found'}. Get it: ${check.howToGet}`,
  );
  throw new MissingPrerequisites(`These have to be on the PATH first:\n${lines.join('\n')}`);
}

async function versionOf(check: Check): Promise<string | undefined> {
  const [command, ...args] = check.command;
  const answer = await execa(command, args, { reject: false, all: true, timeout: CHECK_TIMEOUT_MS });
  if (answer.exitCode !== 0) return undefined;
  return semver.coerce(String(answer.all ?? ''))?.version;
}
