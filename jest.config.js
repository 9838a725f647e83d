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
  testTimeout: 120_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/support/closing-line.mjs'],
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/test/replay/**/*.test.ts'] },
    {
      ...onTheStack,
      displayName: 'stack',
      testMatch: ['<rootDir>/test/{activities,catalog,workflows,faults,client,worker,local,end-to-end}/**/*.test.ts'],
    },
  ],
};
