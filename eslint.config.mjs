import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Imports that a folder of lib may not have; test/architecture.test.ts checks the whole matrix, this shows it in the editor. */
const forbid = (...group) => ({
  'no-restricted-imports': ['error', { patterns: [{ group, message: 'see the import rules in CONTRIBUTING.md' }] }],
});

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'coverage/', 'imports/', 'node_modules/', '*.config.js', '*.config.mjs'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    files: ['lib/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'examples/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowAny: false }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['lib/core/**/*.ts'],
    rules: {
      ...forbid('node:*', 'cdk8s*', 'constructs', '@pulumi/*', '**/imports/*', '**/k8s/*', '**/patterns/*', '**/gcp/*'),
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch', 'console'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'pass the time in' },
        { object: 'Math', property: 'random', message: 'pass the randomness in' },
      ],
    },
  },
  {
    files: ['lib/k8s/**/*.ts'],
    rules: forbid('node:*', '@pulumi/*', '**/patterns/*', '**/gcp/*', '**/deploy/*', '**/picker/index'),
  },
  {
    files: ['lib/patterns/**/*.ts'],
    rules: forbid('node:*', '@pulumi/*', '**/imports/*', '**/gcp/*', '**/deploy/*', 'cdk8s-plus-28'),
  },
  {
    files: ['lib/gcp/**/*.ts'],
    rules: forbid('cdk8s*', 'constructs', '**/k8s/*', '**/patterns/*', '**/imports/*', '**/deploy/*'),
  },
  {
    // Tests reach into rendered manifests, which have no types.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'max-lines': 'off',
    },
  },
);
