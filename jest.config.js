/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Pulumi keeps state on globals that jest would otherwise warn about at every file.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  // What the build makes has modules of the same names.
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^gke-inference-gateway$': '<rootDir>/lib/index.ts',
    '^gke-inference-gateway/imports/(.*)$': '<rootDir>/imports/$1.ts',
    '^gke-inference-gateway/(gcp|deploy|picker)$': '<rootDir>/lib/$1/index.ts',
  },
};
