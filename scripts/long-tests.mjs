// What `npm run test:long` runs, two at once; `.ci/run` runs it after `npm test`, but for what has `ci: false`: at most
// 32 minutes on two cores. `files` are vitest's filters of file names. docs/testing.md has the table.

/** @type {{ what: string, files: string[], env?: Record<string, string>, ci?: boolean }[]} */
export const longTests = [
  { what: 'an installation of 0.1.0 goes on', files: ['test/upgrade'] },
  { what: 'packages, installed in a Debian root', files: ['deploy/test/packages.long'] },
  { what: 'ends of a lab, with real guests', files: ['test/lab/one-layer.long'] },
  {
    what: 'a lab of four layers',
    files: ['test/lab/cascade.system'],
    env: { NESTWATCH_TEST_LAYERS: '4' },
  },
  {
    what: 'faults, for 300 s',
    files: ['test/faults/fault-run.system'],
    env: { NESTWATCH_FAULTS_SECONDS: '300' },
  },
  {
    what: 'faults of other kinds, at full length',
    files: [
      'test/faults/collectors',
      'test/faults/cluster',
      'test/faults/outage',
      'test/faults/watch-failover',
    ],
    env: { NESTWATCH_FAULTS_INTERVALS: '60' },
  },
  { what: 'memory over many messages', files: ['test/faults/many'] },
  {
    what: '100,000 hostile messages',
    files: ['test/hostile'],
    env: { NESTWATCH_FUZZ_COUNT: '100000' },
  },
];
