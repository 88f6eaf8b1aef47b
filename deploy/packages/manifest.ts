/** Commands that packages bring. */
export type ProgramName = 'nestwatch-agent' | 'nestwatch-collector' | 'nestwatch';

/** A file of a package. */
export interface PackagedFile {
  /** Absolute path on the target. */
  readonly to: string;
  /** Path from the top of the source tree, or an absolute one. */
  readonly from?: string;
  /** What a symbolic link points at. */
  readonly link?: string;
  /** Changes the text of the file that is copied. */
  readonly edit?: (text: string) => string;
  /** What is written into it, where no file of the source tree is copied. */
  readonly content?: string | Buffer;
  readonly mode?: number;
  /** Kept when the administrator changed it. Only root and the service's user may read it: it can hold secrets. */
  readonly config?: boolean;
}

/** What one package holds, whatever its format. */
export interface Manifest {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** System user that the service runs as; its home is /var/lib/<user>. */
  readonly user: string;
  readonly unit: string;
  /** Its commands, as people type them. */
  readonly programs: readonly ProgramName[];
  /** The oldest Node that runs it, as its tests show (test/platforms). Absent: it brings its own, which is for x86-64. */
  readonly node?: string | undefined;
  /** Another package that has the same program: only one of both can be installed. */
  readonly insteadOf: readonly string[];
  readonly files: readonly PackagedFile[];
}

const LIB = '/usr/lib/nestwatch';
const SHARE = '/usr/share/nestwatch';

function program(name: string): PackagedFile[] {
  return [
    { to: `${LIB}/${name}.mjs`, from: `dist/${name}.mjs`, mode: 0o755 },
    { to: `/usr/bin/${name}`, link: `../lib/nestwatch/${name}.mjs` },
  ];
}

/** Files that keep their names. */
function copies(to: string, from: string, names: readonly string[]): PackagedFile[] {
  return names.map((name) => ({ to: `${to}/${name}`, from: `${from}/${name}` }));
}

const below = (folder: string, names: readonly string[]) => names.map((name) => `${folder}/${name}`);

const DOCUMENTS = [
  ...below('use', ['install.md', 'first-lab.md', 'check.md', 'dashboards.md', 'alerts.md', 'benchmarks.md']),
  ...below('use', ['operations.md', 'troubleshooting.md', 'security.md']),
  ...below('reference', [
    'alerts.md',
    'benchmarks.md',
    'capability.md',
    'command-line.md',
    'known-issues.md',
  ]),
  ...below('reference', ['messages.md', 'metrics.md', 'settings.md', 'openapi.json']),
  ...below('design', ['architecture.md', 'delivery.md', 'detection.md', 'threats.md', 'topology.md']),
];

export const agent: Manifest = {
  name: 'nestwatch-agent',
  summary: 'reports what a layer of nested KVM guests can host, and what it costs',
  description:
    'Runs in every layer of a cascade of KVM guests. Reports over NATS what the\n' +
    'machine can host, samples steal, exits, timers and pressure without starting\n' +
    'a process, and repeats benchmarks on schedule.',
  user: 'nestwatch-agent',
  unit: 'nestwatch-agent.service',
  programs: ['nestwatch-agent'],
  node: '18',
  insteadOf: ['nestwatch-agent-standalone'],
  files: [
    ...program('nestwatch-agent'),
    { to: '/etc/nestwatch/agent.yaml', from: 'deploy/packages/agent.yaml', config: true },
    ...copies('/usr/lib/systemd/system', 'deploy/systemd', [
      'nestwatch-agent.service',
      'nestwatch-exits.service',
      'nestwatch-exits.path',
      'nestwatch-upgrade.service',
      'nestwatch-upgrade.path',
    ]),
    { to: '/usr/lib/modules-load.d/nestwatch-agent.conf', from: 'deploy/modprobe/nestwatch-modules.conf' },
    ...copies(`${SHARE}/systemd`, 'deploy/systemd', ['nestwatch-agent-cold-reads.conf']),
    ...copies(`${SHARE}/modprobe`, 'deploy/modprobe', ['kvm_intel.conf', 'kvm_amd.conf']),
    { to: `${SHARE}/known-issues.json`, from: 'packages/agent/src/capability/known-issues/issues.json' },
    ...copies('/usr/share/doc/nestwatch-agent', 'docs', DOCUMENTS),
  ],
};

const PROVISIONING = [
  'datasources/influxdb-1.yaml',
  'datasources/influxdb-2.yaml',
  'dashboards/nestwatch.yaml',
  'alerting/nestwatch.json',
  'alerting/contact-points.yaml.example',
];
const DASHBOARDS = ['lab', 'benchmarks', 'compare', 'overhead', 'node', 'pipeline'].map(
  (name) => `nestwatch-${name}.json`,
);

export const collector: Manifest = {
  name: 'nestwatch-collector',
  summary: 'receives reports of nestwatch agents, and writes them to InfluxDB',
  description:
    'Takes in from NATS JetStream what the agents of a lab of nested KVM guests\n' +
    'report, writes it to InfluxDB, watches for slowdowns, and serves the lab page.\n' +
    'Brings the command nestwatch, and dashboards for Grafana.',
  user: 'nestwatch-collector',
  unit: 'nestwatch-collector.service',
  programs: ['nestwatch-collector', 'nestwatch'],
  // AbortSignal.any came with it.
  node: '18.17',
  insteadOf: [],
  files: [
    ...program('nestwatch-collector'),
    ...program('nestwatch'),
    { to: '/etc/nestwatch/collector.yaml', from: 'deploy/packages/collector.yaml', config: true },
    ...copies('/usr/lib/systemd/system', 'deploy/systemd', [
      'nestwatch-collector.service',
      'nestwatch-enroll.service',
      'nestwatch-enroll.path',
    ]),
    { to: `${SHARE}/nats/nats-server.conf`, from: 'deploy/nats/nats-server.conf' },
    ...['certificates.sh', 'reload.sh', 'sync.sh'].map((name) => ({
      to: `${SHARE}/nats/${name}`,
      from: `deploy/nats/${name}`,
      mode: 0o755,
    })),
    ...copies(`${SHARE}/grafana/dashboards`, 'dashboards', DASHBOARDS),
    ...copies(`${SHARE}/grafana/provisioning`, 'deploy/grafana/provisioning', PROVISIONING),
    ...copies(`${SHARE}/prometheus`, 'deploy/prometheus', [
      'prometheus.yml',
      'nestwatch.rules.yml',
      'nestwatch.rules.test.yml',
    ]),
    ...copies('/usr/share/doc/nestwatch-collector', 'docs', DOCUMENTS),
  ],
};
