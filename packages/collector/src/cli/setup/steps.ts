import { UsageError } from '@nestwatch/common/errors';
import { COLLECTOR, nodeMember, personMember } from '../enroll/accounts/member.ts';
import { AGENT_GROUP, AUTHORITY, COLLECTOR_GROUP, CONF, PACKAGES, PACKAGES_KEY } from './places.ts';
import type { Step } from './step.ts';
import { fileStep } from './steps/file.ts';
import { guestPackagesStep, packagesHere } from './steps/guest-packages.ts';
import { keyStep } from './steps/key.ts';
import { natsSteps } from './steps/nats.ts';
import { installedIn, type Needed, packagesStep } from './steps/packages.ts';
import { servicesStep } from './steps/services.ts';
import { settingsStep } from './steps/settings.ts';
import { signerIn, signerStep } from './steps/signer.ts';
import type { Wanted } from './wanted.ts';

/** All that is to be so, in the order in which it is made. */
export function stepsOf(wanted: Wanted): Step[] {
  return [
    serversStep(wanted),
    ...influxSteps(wanted),
    ...natsSteps(wanted),
    ...collectorSteps(wanted),
    guestPackagesStep(wanted.machine, wanted.packages),
    ...agentSteps(wanted),
    ...(wanted.starts ? [servicesStep(wanted.machine, unitsOf(wanted))] : []),
  ];
}

/** Units in the order in which they start. */
export function unitsOf(wanted: Wanted): string[] {
  const influx = hasOwnInflux(wanted) ? ['influxdb.service'] : [];
  const ours = ['collector.service', 'enroll.path', 'agent.service'].map((each) => `nestwatch-${each}`);
  return ['nats-server.service', ...influx, ...ours];
}

/** InfluxDB is this machine's own, by setup. */
export function hasOwnInflux({ record, installsInflux }: Wanted): boolean {
  return installsInflux || installedIn(record.note('packages')).includes('influxdb');
}

function serversStep(wanted: Wanted): Step {
  const influx: Needed[] = hasOwnInflux(wanted) ? [{ program: 'influxd', package: 'influxdb' }] : [];
  const needed = [
    { program: 'nats-server', package: 'nats-server' },
    ...influx,
    { program: 'openssl', package: 'openssl' },
    // By it nats-server finds the one that runs, to have it take over its configuration.
    { program: 'pgrep', package: 'procps' },
  ];
  const names = needed.map(({ program }) => program).join(', ');
  return packagesStep(wanted.machine, 'packages', `programs ${names}`, () => needed);
}

/** As Debian brings it, every guest could read and delete all that is in it. */
function influxSteps(wanted: Wanted): Step[] {
  if (!hasOwnInflux(wanted)) return [];
  const { machine, record } = wanted;
  const path = '/etc/systemd/system/influxdb.service.d/nestwatch.conf';
  return [
    fileStep({
      ...{ machine, record, name: 'influx-loopback', path, access: { mode: 0o644 } },
      what: 'InfluxDB listens on loopback only',
      text: () =>
        '[Service]\nEnvironment=INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8086 INFLUXDB_REPORTING_DISABLED=true\n',
      wayOut: 'move it away',
    }),
  ];
}

function natsValues({ natsPort }: Wanted, key: string) {
  return { 'nats.url': `tls://127.0.0.1:${natsPort}`, 'nats.ca': AUTHORITY, 'nats.nkey': key };
}

const DEFAULTS = {
  'nats.url': 'nats://127.0.0.1:4222',
  'influx.url': 'http://127.0.0.1:8086',
  lab: 'default',
};

function collectorSteps(wanted: Wanted): Step[] {
  const { machine, record, address, influx, operator } = wanted;
  const [key, operatorKey] = [`${CONF}/collector.nk`, `${CONF}/operator.nk`];
  const signer = () => signerIn(machine, PACKAGES_KEY);
  const common = { machine, record, defaults: DEFAULTS };
  return [
    keyStep({
      ...{ machine, name: 'collector-key', path: key, member: () => COLLECTOR },
      what: `key of the collector in ${key}`,
      access: { mode: 0o640, group: COLLECTOR_GROUP },
    }),
    keyStep({
      ...{
        machine,
        name: 'operator-key',
        path: operatorKey,
        member: () => personMember('operator', operator),
      },
      what: `key of the operator ${operator} in ${operatorKey}`,
      access: { mode: 0o600 },
    }),
    signerStep(machine, PACKAGES_KEY),
    settingsStep({
      ...{ ...common, name: 'collector-settings', path: `${CONF}/collector.yaml` },
      what: `collector: NATS, InfluxDB, and invitations on ${address}`,
      access: { mode: 0o640, group: COLLECTOR_GROUP },
      values: () => ({
        ...{ ...natsValues(wanted, key), ...influx },
        ...{ 'invite.host': address, 'invite.signer': signer() },
      }),
    }),
    settingsStep({
      ...{ ...common, name: 'command-settings', path: `${CONF}/nestwatch.yaml` },
      what: `the command nestwatch, for root: ${CONF}/nestwatch.yaml`,
      access: { mode: 0o600 },
      values: () => ({ ...natsValues(wanted, operatorKey), ...influx }),
    }),
  ];
}

function agentSteps(wanted: Wanted): Step[] {
  const { machine, record, lab } = wanted;
  const key = `${CONF}/agent.nk`;
  const access = { mode: 0o640, group: AGENT_GROUP };
  const nodeId = () => idOfThisMachine(wanted);
  return [
    packagesStep(machine, 'agent-package', "the hypervisor's own agent", () => [agentPackage(wanted)]),
    keyStep({
      ...{ machine, name: 'agent-key', path: key, access },
      what: `its key in ${key}`,
      member() {
        const id = nodeId();
        return id === undefined ? undefined : nodeMember(lab, id);
      },
    }),
    settingsStep({
      ...{ machine, record, name: 'agent-settings', path: `${CONF}/agent.yaml`, access, defaults: DEFAULTS },
      what: `it reports to lab ${lab}`,
      values: () => ({ lab, node: nodeId() ?? '', ...natsValues(wanted, key) }),
    }),
  ];
}

function agentPackage({ machine }: Wanted): Needed {
  const deb = packagesHere(machine).find(({ format }) => format === 'deb');
  const program = 'nestwatch-agent';
  const name = 'nestwatch-agent-standalone';
  return deb === undefined
    ? { program, package: name }
    : { program, package: name, file: machine.at(`${PACKAGES}/${deb.file}`) };
}

/** As given, or as the agent finds it out; undefined as long as it is not installed. */
function idOfThisMachine({ machine, node }: Wanted): string | undefined {
  if (node !== undefined) return node;
  if (!machine.has('nestwatch-agent')) return undefined;
  const { status, stdout, output } = machine.run('nestwatch-agent', 'join', 'id');
  if (status === 0) return stdout.trim();
  throw new UsageError(`give --node NAME: ${output.trim()}`);
}
