import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

interface ProgramOptions {
  args?: string[];
  nodeArguments?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

/** Runs another program of Steward in a process of its own: what it loads has no place in the command line. Its exit code becomes ours. */
export async function runProgram(path: string, { args = [], nodeArguments = [], environment = {} }: ProgramOptions = {}): Promise<void> {
  const program = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  // The terminal's interrupt reaches the child by itself: this process only waits for it to end.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const { exitCode } = await execa(process.execPath, [...nodeArguments, program, ...args], {
    stdio: 'inherit',
    reject: false,
    env: environment,
  });
  process.off('SIGINT', ignore);
  process.exitCode = exitCode;
}
