import { defineConfig } from 'vitest/config';

// Two kinds of tests: `unit` beside the packages, quick and in parallel; `system` in test/, which start the built
// programs and real servers, one file after the other because they measure time on a machine with few cores.
export default defineConfig({
  test: {
    globalSetup: 'packages/testkit/src/run/global-setup.ts',
    setupFiles: 'packages/testkit/src/run/each-file.ts',
    maxWorkers: 2,
    // Otherwise every style sheet is empty, the lab page's too.
    css: true,
    // Real servers on a machine that others share are sometimes too late for once. Where a run decides, a test gets a
    // second try, and scripts/test.mjs says which needed it and why: it is still a race to be mended.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{proto,dashboards,deploy,bench}/test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          testTimeout: 60_000,
          // Hooks start servers and remove trees, on a machine that does other things as well.
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
