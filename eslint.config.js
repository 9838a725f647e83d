import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Each floor of the house may import only from the floors below it (docs/design.md, section 3). */
const floorsAbove = {
  descriptors: ['identity', 'policies', 'lifecycle', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  policies: ['identity', 'lifecycle', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  lifecycle: ['identity', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  identity: ['policies', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  workflows: ['identity', 'descriptors', 'policies', 'client', 'catalog', 'activities', 'worker', 'local'],
  catalog: ['identity', 'workflows', 'client', 'activities', 'worker', 'local'],
  client: ['activities', 'worker'],
  activities: ['client', 'worker', 'local'],
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.steward/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  ...Object.entries(floorsAbove).map(([floor, above]) => ({
    files: [`${floor}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: above.flatMap((name) => [`**/../${name}/**`, `../${name}/**`]), message: 'imports only point down the house' },
            ...(floor === 'workflows'
              ? [
                  {
                    group: ['node:*', '@temporalio/client', '@temporalio/worker', '@temporalio/activity'],
                    message: 'not safe in a workflow',
                  },
                ]
              : []),
          ],
        },
      ],
    },
  })),
  {
    files: ['client/**/*.ts', 'local/**/*.ts', 'examples/**/*.ts', 'test/bench/**/*.ts', 'test/replay/*.ts', '**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.mjs', '**/*.js'], languageOptions: { globals: globals.node } },
  prettier,
);
