import { defineConfig } from 'vitest/config';

// A run of its own, which the tests of watchdog.mjs interrupt.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['holds-servers.ts'],
    globalSetup: '../../../src/run/global-setup.ts',
    setupFiles: '../../../src/run/each-file.ts',
  },
});
