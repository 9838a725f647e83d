import { writeSync } from 'node:fs';

/** Ends a test run with one plain line, `N passed, N failed`: what .ci/run and other programs count by. A file that could not be run counts as one failed test. */
export default class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    // Jest's own summary follows the reporters, and this line is the last.
    process.once('exit', () => writeSync(1, `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`));
  }
}
