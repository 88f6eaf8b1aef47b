// What `npm run test:long` runs: first what is `alone`, then the others, two at once, those that take longest first.
// `.ci/run` runs it after `npm test`, but for what has `ci: false`: at most 32 minutes on two cores. `files` are vitest's filters of file names.
// docs/design/testing.md has the table.

/** Not the projects of other nats-servers: the version comes from NESTWATCH_TEST_NATS. */
const SERVER_AND_SYSTEM = ['--project', 'server', '--project', 'system'];

/** @type {{ what: string, files: string[], env?: Record<string, string>, ci?: boolean, alone?: boolean }[]} */
export const longTests = [
  {
    // On the installed nats-server and on the newest, at once.
    what: 'faults, for 300 s',
    files: ['test/faults/fault-run.system'],
    env: { NESTWATCH_FAULTS_SECONDS: '300' },
  },
  { what: 'memory over many messages', files: ['test/faults/many'] },
  {
    what: 'packages of Debian, ours in a Debian root, and the self-contained agent in roots without Node',
    files: ['deploy/test/packages.long', 'deploy/test/standalone.long', 'deploy/test/debian'],
  },
  { what: 'an installation of 0.1.0 goes on', files: ['test/upgrade'] },
  { what: 'start and tests on a fresh Debian 13', files: ['test/platforms/debian-13.long'], ci: false },
  {
    what: 'invitations, also on systems with other tools than Debian, and setup of the hypervisor',
    files: [
      'test/e2e/invite.long',
      'deploy/test/invite.long',
      'deploy/test/invite-systems.long',
      'deploy/test/setup.long',
    ],
    ci: false,
  },
  { what: 'upgrades by a signed offer', files: ['test/e2e/invited-upgrade.long'] },
  { what: 'conformance with what others expect', files: ['test/conformance/conformance.long'] },
  { what: 'ends of a lab, with real guests', files: ['test/lab/one-layer.long'] },
  { what: 'two observed layers', files: ['test/lab/observe.long'] },
  {
    what: 'a lab of four layers',
    files: ['test/lab/cascade.system'],
    env: { NESTWATCH_TEST_LAYERS: '4' },
    alone: true,
  },
  {
    what: 'faults of other kinds, at full length',
    files: [
      'test/faults/collectors',
      'test/faults/cluster',
      'test/faults/outage',
      'test/faults/watch-failover',
      'test/faults/shard-move',
    ],
    env: { NESTWATCH_FAULTS_INTERVALS: '60' },
  },
  {
    what: 'a site whose line is cut for a minute',
    files: ['--testTimeout=400000', 'test/leaf/leaf.server', '-t', 'by --leaf'],
    env: { NESTWATCH_LEAF_CUT_SECONDS: '60' },
  },
  {
    what: 'a site whose line is cut, with a store for a minute, and for weeks',
    files: ['--testTimeout=400000', 'test/leaf', '-t', 'by --store|with weeks of messages'],
    env: { NESTWATCH_LEAF_CUT_SECONDS: '60' },
    // `npm test` cuts the line for some seconds.
    ci: false,
  },
  {
    what: '100,000 hostile messages',
    files: ['test/hostile'],
    env: { NESTWATCH_FUZZ_COUNT: '100000' },
  },
  {
    what: 'nats-server 2.10',
    files: [
      ...SERVER_AND_SYSTEM,
      'test/security/nats.',
      'test/security/creds',
      'test/security/migrate',
      'test/security/reflection',
      'test/ingest/provision',
      'test/nats/lease.',
      'test/delivery',
      'test/faults/fault-run',
      'test/e2e/one-layer',
    ],
    env: { NESTWATCH_TEST_NATS: '2.10' },
  },
  ...['2.10', '2.15'].map((version) => ({
    what: `nats-server ${version}, all tests with servers and faults`,
    files: [...SERVER_AND_SYSTEM, '.server.test', 'test/faults'],
    env: { NESTWATCH_TEST_NATS: version },
    ci: false,
  })),
  {
    what: 'all tests on Node 22 and on 24',
    files: ['test/platforms/whole-suite.long'],
    ci: false,
  },
];
