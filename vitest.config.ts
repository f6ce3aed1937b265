import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,controllers,models,lib,views,test,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/build/**', '**/storage/**'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
  },
});
