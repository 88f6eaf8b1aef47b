import { defineConfig } from 'vitest/config';
import { NATS_FILES, otherNatsVersions } from './packages/testkit/src/run/nats-matrix.ts';
import { ProjectByProject } from './packages/testkit/src/run/project-by-project.ts';

// A test's group is in the name of its file; docs/design/testing.md says which does what.
const FOLDERS = ['{proto,dashboards,deploy,bench}/test', 'packages/*/test', 'test'];
const filesOf = (ending: string) => FOLDERS.map((folder) => `${folder}/**/*.${ending}`);
const GROUPS = { server: 'server.test.ts', system: 'system.test.ts', long: 'long.test.ts' };
/** All run at once: the cascade, whose QEMU takes one core for most of the time, and beside it whatever else there is. */
const TOGETHER = {
  // Most of them wait for servers.
  maxWorkers: 4,
  // A third of the time would go into loading the same modules for each file.
  isolate: false,
  sequence: { groupOrder: 0 },
};
/** Starting servers and removing trees, on a machine that does other things as well. */
const PATIENT = { testTimeout: 180_000, hookTimeout: 180_000 };
const EACH_FILE = 'packages/testkit/src/run/each-file.ts';

export default defineConfig({
  test: {
    globalSetup: 'packages/testkit/src/run/global-setup.ts',
    setupFiles: EACH_FILE,
    maxWorkers: 2,
    sequence: { sequencer: ProjectByProject },
    // Otherwise every style sheet is empty, the lab page's too.
    css: true,
    // Real servers on a machine that others share are sometimes too late for once. Where a run decides, a test gets a
    // second try, and scripts/test.mjs says which needed it and why: it is still a race to be mended. A file that still
    // fails is run once more by scripts/test.mjs.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: filesOf('test.ts'),
          exclude: ['**/node_modules/**', ...Object.values(GROUPS).flatMap(filesOf)],
          ...TOGETHER,
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
          ...TOGETHER,
          ...PATIENT,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: filesOf(GROUPS.system),
          ...TOGETHER,
          ...PATIENT,
        },
      },
      ...otherNatsVersions().map((natsVersion) => ({
        extends: true as const,
        test: {
          name: `nats-${natsVersion}`,
          include: NATS_FILES,
          provide: { natsVersion },
          ...TOGETHER,
          ...PATIENT,
        },
      })),
      {
        extends: true,
        test: {
          name: 'long',
          include: filesOf(GROUPS.long),
          ...PATIENT,
          // One after the other: they measure time, or take the whole machine.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
