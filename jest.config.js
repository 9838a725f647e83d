/** Unit tests need nothing but Node; the others share one running stack (test/support/stack.ts). */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { ignoreDynamic: true } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.steward/'],
};

const onTheStack = {
  ...base,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

export default {
  // No test is about speed. The longest takes under a minute alone and has taken over two beside others on two cores; what hangs hangs for
  // good. The reporter below lists what was slow.
  testTimeout: 300_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/support/closing-line.mjs'],
  projects: [
    {
      ...base,
      displayName: 'unit',
      globalSetup: '<rootDir>/test/support/compiled.mjs',
      testMatch: ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/test/replay/**/*.test.ts'],
    },
    {
      ...onTheStack,
      displayName: 'stack',
      testMatch: ['<rootDir>/test/{activities,catalog,ci,policies,workflows,faults,client,worker,local,end-to-end,browser}/**/*.test.ts'],
    },
  ],
};
