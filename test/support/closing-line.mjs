/** Ends a test run with one plain line, `N passed, N failed`: what .ci/run and other programs count by. A file that could not be run counts as one failed test. */
export default class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  }
}
