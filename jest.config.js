const shared = {
  preset: 'ts-jest/presets/default-esm',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'test/tsconfig.json' }] },
  setupFilesAfterEnv: ['<rootDir>/test/unit/support/patient.ts'],
  modulePathIgnorePatterns: ['<rootDir>/out/', '<rootDir>/dist/'],
}

/** unit: pure tables. dist: the bundle as a process. rehearsal: real builds on the local EC2. workflow: run by act. */
export default {
  projects: ['unit', 'dist', 'rehearsal', 'workflow'].map((name) => ({
    ...shared,
    displayName: name,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  })),
}
