import { writeSync } from 'node:fs';

/** Longer than this wants a look: something may have been waited for in vain. */
const SLOW_MS = 60_000;

/**
 * Ends a test run with one plain line, `N passed, N failed`: what .ci/run and other programs count by. A file that could not be run counts
 * as one failed test. Tests that were slow are listed before.
 */
export default class ClosingLine {
  slow = [];

  onTestResult(_test, { testResults }) {
    for (const { fullName, duration } of testResults)
      if (duration > SLOW_MS) this.slow.push(`slow: ${Math.round(duration / 1000)} s, ${fullName}`);
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    for (const line of this.slow) process.stderr.write(`${line}\n`);
    // Jest's own summary follows the reporters, and this line is the last.
    process.once('exit', () => writeSync(1, `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`));
  }
}
