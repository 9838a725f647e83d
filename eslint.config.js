import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Each floor of the house may import only from the floors below it (docs/design.md, section 3). */
const floorsAbove = {
  encryption: ['identity', 'descriptors', 'policies', 'lifecycle', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  descriptors: ['encryption', 'identity', 'policies', 'lifecycle', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  policies: ['encryption', 'identity', 'lifecycle', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  lifecycle: ['encryption', 'identity', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  identity: ['encryption', 'policies', 'workflows', 'client', 'catalog', 'activities', 'worker', 'local'],
  workflows: ['encryption', 'identity', 'descriptors', 'policies', 'client', 'catalog', 'activities', 'worker', 'local'],
  catalog: ['encryption', 'identity', 'workflows', 'client', 'activities', 'worker', 'local'],
  client: ['activities', 'worker'],
  activities: ['encryption', 'client', 'worker', 'local'],
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
