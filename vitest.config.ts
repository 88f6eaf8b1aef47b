import { defineConfig } from 'vitest/config';
import { CascadeFirst } from './packages/testkit/src/run/cascade-first.ts';

// A test's group is in the name of its file; docs/testing.md says which does what.
const FOLDERS = ['{proto,dashboards,deploy,bench}/test', 'packages/*/test', 'test'];
const filesOf = (ending: string) => FOLDERS.map((folder) => `${folder}/**/*.${ending}`);
const GROUPS = { server: 'server.test.ts', system: 'system.test.ts', long: 'long.test.ts' };
const EACH_FILE = 'packages/testkit/src/run/each-file.ts';

export default defineConfig({
  test: {
    globalSetup: 'packages/testkit/src/run/global-setup.ts',
    setupFiles: EACH_FILE,
    maxWorkers: 2,
    sequence: { sequencer: CascadeFirst },
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
          include: filesOf('test.ts'),
          exclude: ['**/node_modules/**', ...Object.values(GROUPS).flatMap(filesOf)],
          // Most of the time would go into loading the same modules for each file.
          isolate: false,
          setupFiles: [EACH_FILE, 'packages/testkit/src/run/no-processes.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: filesOf(GROUPS.server),
          // Starting servers and removing trees, on a machine that does other things as well.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: filesOf(GROUPS.system),
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // The cascade's QEMU takes one core, and the others run beside it.
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: filesOf(GROUPS.long),
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One after the other: they measure time, or take the whole machine.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
