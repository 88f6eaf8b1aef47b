import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { loadConfig } from '@nestwatch/common/config/load';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import { influxSettings } from '../influx/settings.ts';
import { requireId, requireLab } from './enroll/accounts/member.ts';
import { textOption, type UserSchema } from './settings.ts';
import { chooseAddress, EVERY_ADDRESS } from './setup/address.ts';
import { type Machine, machineAt, textOf } from './setup/machine.ts';
import { SHARE } from './setup/places.ts';
import { checkAll, makeAll, showPlan, undoAll } from './setup/plan.ts';
import { openRecord, type SetupRecord } from './setup/record.ts';
import { stepsOf } from './setup/steps.ts';
import { closingText } from './setup/texts.ts';
import { collectorIsWell } from './setup/wait-for-collector.ts';
import { givenInflux, type Wanted } from './setup/wanted.ts';

type Context = CommandContext<UserSchema>;

const COLLECTOR_URL = 'http://127.0.0.1:9464';
const WELL_WITHIN_MS = 90_000;
const NATS_PORT = 4222;
const INFLUX_PORT = 8086;

/**
 * `nestwatch setup`: NATS with accounts and TLS, InfluxDB, the collector and the hypervisor's own agent on this machine.
 * What is so already stays; what others made is never replaced.
 */
export async function setup(context: Context): Promise<number> {
  const { options, stdout, stderr } = context;
  const root = textOption(context, 'root') ?? '/';
  const machine = machineAt(root);
  const isDry = options['dry-run'] === true;
  if (!isDry && !machine.isRoot)
    throw new UsageError(
      'setup requires root, because it writes below /etc and installs packages; --dry-run shows what it would do',
    );
  const record = openRecord(machine);
  const say = (line: string) => void stdout.write(`${line}\n`);
  if (options['remove'] === true) return remove(context, machine, record, say);
  const wanted = await wantedOf(context, machine, record);
  const steps = stepsOf(wanted);
  if (isDry) {
    await showPlan(steps, say);
    return EXIT.ok;
  }
  await checkAll(steps);
  const { lab, node, address, operator, natsPort } = wanted;
  record.choose(defined({ lab, node, address, operator, natsPort: String(natsPort) }));
  await makeAll(steps, record, say);
  if (wanted.starts && !(await collectorIsWell(COLLECTOR_URL, WELL_WITHIN_MS, context.signal))) {
    stderr.write('the collector is not healthy yet: see journalctl -u nestwatch-collector\n');
    return EXIT.failed;
  }
  stdout.write(closingText(wanted));
  return EXIT.ok;
}

function remove(
  context: Context,
  machine: Machine,
  record: SetupRecord,
  say: (line: string) => void,
): number {
  if (record.isEmpty) {
    context.stderr.write('setup has made nothing on this machine\n');
    return EXIT.ok;
  }
  // What was chosen then is what is taken back.
  const wanted = {
    ...chosenBefore(record),
    ...surroundings(context, machine, record),
    installsInflux: false,
  };
  const steps = stepsOf({ ...wanted, influx: {}, packages: undefined });
  if (context.options['dry-run'] === true) {
    for (const step of [...steps].reverse()) if (record.note(step.name)) say(`to undo: ${step.what}`);
    return EXIT.ok;
  }
  undoAll(steps, record, say);
  say('The data in InfluxDB stays.');
  return EXIT.ok;
}

function chosenBefore(record: SetupRecord) {
  return {
    lab: record.choice('lab') ?? 'default',
    node: record.choice('node'),
    address: record.choice('address') ?? EVERY_ADDRESS,
    operator: record.choice('operator') ?? 'admin',
    natsPort: Number(record.choice('natsPort') ?? NATS_PORT),
  };
}

function surroundings({ options }: Context, machine: Machine, record: SetupRecord) {
  const starts = machine.hasSystemd && options['no-start'] !== true;
  return { machine, record, hostname: hostname(), starts, nowMs: Date.now() };
}

async function wantedOf(context: Context, machine: Machine, record: SetupRecord): Promise<Wanted> {
  const { config } = context;
  if (textOf(machine, `${SHARE}/nats/nats-server.conf`) === undefined)
    throw new UsageError(
      'the package nestwatch-collector is not installed here: apt-get install ./nestwatch-collector_VERSION_all.deb',
    );
  const before = chosenBefore(record);
  const lab = requireLab(textOption(context, 'lab') ?? before.lab);
  const named = textOption(context, 'node') ?? before.node;
  const node = named === undefined ? undefined : requireId('a node', named);
  const natsPort = portOf(textOption(context, 'nats-port')) ?? before.natsPort;
  const influx = givenInflux(config, loadConfig(influxSettings, { env: {}, flags: {} }));
  const given = { given: textOption(context, 'address'), before: record.choice('address') };
  const address = await chooseAddress(machine.networks, given, asker(context));
  await refuseBusy(machine, record, natsPort);
  // What answers there already is taken for InfluxDB; the collector looks at it more closely.
  const hasInflux = machine.has('influxd') || (await machine.listens(INFLUX_PORT));
  const installsInflux = influx['influx.url'] === undefined && !hasInflux;
  return {
    ...surroundings(context, machine, record),
    ...{ lab, node, natsPort, influx, address, installsInflux },
    operator: operatorOf(context, record),
    packages: textOption(context, 'packages'),
  };
}

/** A server in a container, say, which no configuration here reports. */
async function refuseBusy(machine: Machine, record: SetupRecord, port: number): Promise<void> {
  const isOurs = machine.has('nats-server') || record.note('nats-include') !== undefined;
  if (isOurs || !(await machine.listens(port))) return;
  throw new UsageError(`port ${port} is in use: stop what listens on it, or give --nats-port`);
}

function operatorOf(context: Context, record: SetupRecord): string {
  const given = textOption(context, 'operator') ?? record.choice('operator');
  if (given !== undefined) return requireId('an operator', given);
  const user = context.env['SUDO_USER'] ?? userInfo().username;
  return ID_PATTERN.test(user) ? user : 'admin';
}

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError('--nats-port must be a number from 1 to 65535');
}

/** Asks on the terminal; undefined where there is none. */
function asker({ stderr, signal, options }: Context): ((question: string) => Promise<string>) | undefined {
  if (!process.stdin.isTTY || options['dry-run'] === true) return undefined;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: stderr });
    try {
      return await lines.question(question, { signal });
    } finally {
      lines.close();
    }
  };
}
