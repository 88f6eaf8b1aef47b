import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Clock, systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';
import { startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses, type Processes } from '@nestwatch/deploy/local/processes';
import { type CapabilityShape, subjects, v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AgentMessage, decodeMessage } from '../../src/ingest/decode.ts';
import { createTopology, type TopologyService } from '../../src/topology/topology.ts';

const T0 = 1_700_000_000_000_000;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let dir: string;
let processes: Processes;
let url: string;
let connections: NatsConnection[];
let stops: (() => Promise<void>)[];
let written: string[];

beforeEach(async () => {
  dir = temporaryFolder('topology');
  processes = createProcesses(dir);
  url = (await startNats(processes, 'nats-server', dir, await freePort())).url;
  connections = [];
  stops = [];
  written = [];
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await Promise.all(connections.map((each) => each.close()));
  await processes.stopAll();
});

interface Options {
  clock?: Clock;
  overrides?: Parameters<typeof createTopology>[0]['overrides'];
}

/** A collector's topology against the real server. */
async function start(options: Options = {}): Promise<TopologyService> {
  const connection = await connect({ servers: url });
  connections.push(connection);
  const stop = new AbortController();
  const topology = createTopology({
    connection,
    store: { write: async (lines) => void written.push(...lines) },
    clock: options.clock ?? systemClock,
    log: silentLog,
    replicas: 1,
    overrides: options.overrides ?? {},
    forgetAfterMs: 1e12,
  });
  const running = topology.run(stop.signal);
  stops.push(async () => {
    stop.abort();
    await running;
  });
  return topology;
}

type At = { us?: number; boot?: string; kind?: 'capability' | 'sample' };

/** A message as it comes out of the stream. */
function message(
  node: string,
  body: CapabilityShape,
  { us = 0, boot = '11111111-a', kind = 'capability' }: At = {},
): AgentMessage {
  const header = { lab: 'lab', node, name: node, boot, seq: 1, wallUs: T0 + us, monoUs: 0 };
  const bytes =
    kind === 'sample'
      ? v1.Sample.encode({ header }).finish()
      : v1.Capability.encode({ ...body, header }).finish();
  return decodeMessage(subjects.report('lab', node, kind), bytes);
}

const nic = (mac: string) => [{ model: 'virtio', mac, defaultMac: false }];
const cascade = [
  message('g0', {
    hypervisor: 'tcg',
    guests: [{ guest: 'one', nics: nic('52:54:00:aa:00:01'), startedWallUs: T0 - 30e6 }],
  }),
  message('g1', {
    hypervisor: 'kvm',
    identity: { macs: ['52:54:00:aa:00:01'] },
    bootedWallUs: T0 - 28e6,
    guests: [{ guest: 'two', nics: nic('52:54:00:aa:00:02') }],
  }),
  message('g2', { hypervisor: 'kvm', identity: { macs: ['52:54:00:aa:00:02'] } }),
];

test('nodes get their positions in every collector, whichever took their messages', async () => {
  const [one, two] = [await start(), await start()];
  for (const [at, each] of cascade.entries()) (at % 2 === 0 ? one : two).observe(each);
  for (const topology of [one, two]) {
    await vi.waitFor(() => {
      expect(topology.positionOf('lab', 'g2')).toEqual({ layer: 2, parent: 'g1' });
      expect(topology.positionOf('lab', 'g1')).toEqual({ layer: 1, parent: 'g0' });
      expect(topology.positionOf('lab', 'g0')).toEqual({ layer: 0, parent: '' });
    }, PATIENT);
  }
  // The guest's process began 30 s before its first message.
  await vi.waitFor(
    () => expect(written.join('\n')).toMatch(/nestwatch_guest_boot,\S*node=g1\S* boot_seconds=30 /),
    PATIENT,
  );
});

test('with its position a node is told what an exit costs its parent, as that said last', async () => {
  const topology = await start();
  const [g0, g1, g2] = cascade;
  for (const each of [g0, g1, g2]) if (each !== undefined) topology.observe(each);
  await vi.waitFor(
    () => expect(topology.positionOf('lab', 'g2')).toEqual({ layer: 2, parent: 'g1' }),
    PATIENT,
  );
  topology.observe(message('g1', { ...g1?.body, exitUs: 29.5 }, { us: 1 }));
  await vi.waitFor(
    () => expect(topology.positionOf('lab', 'g2')).toEqual({ layer: 2, parent: 'g1', parentExitUs: 29.5 }),
    PATIENT,
  );
  expect(topology.positionOf('lab', 'g1')).not.toHaveProperty('parentExitUs');
});

test('positions outlive the collectors', async () => {
  const first = await start();
  for (const each of cascade) first.observe(each);
  await vi.waitFor(() => expect(first.positionOf('lab', 'g2').layer).toBe(2), PATIENT);
  await stops.pop()?.();
  const second = await start();
  await vi.waitFor(() => expect(second.positionOf('lab', 'g2')).toEqual({ layer: 2, parent: 'g1' }), PATIENT);
});

test('a guest that moves to another parent is an event, and keeps its position until then', async () => {
  const topology = await start();
  for (const each of cascade) topology.observe(each);
  await vi.waitFor(() => expect(topology.positionOf('lab', 'g2').parent).toBe('g1'), PATIENT);
  topology.observe(
    message('g1', { hypervisor: 'kvm', identity: { macs: ['52:54:00:aa:00:01'] } }, { us: 1 }),
  );
  topology.observe(
    message(
      'g0',
      {
        hypervisor: 'tcg',
        guests: [
          { guest: 'one', nics: nic('52:54:00:aa:00:01') },
          { guest: 'two', nics: nic('52:54:00:aa:00:02') },
        ],
      },
      { us: 2 },
    ),
  );
  await vi.waitFor(
    () => expect(topology.positionOf('lab', 'g2')).toEqual({ layer: 1, parent: 'g0' }),
    PATIENT,
  );
  await vi.waitFor(() => expect(written.join('\n')).toMatch(/layer 2 on g1 → layer 1 on g0/), PATIENT);
});

test('configuration counts most', async () => {
  const topology = await start({
    overrides: { 'lab/g2': { parent: 'g0', layer: 7 }, 'other/g1': { layer: 9 } },
  });
  for (const each of cascade) topology.observe(each);
  await vi.waitFor(() => {
    expect(topology.positionOf('lab', 'g2')).toEqual({ layer: 7, parent: 'g0' });
    expect(topology.positionOf('lab', 'g1').layer).toBe(1);
  }, PATIENT);
});

test('two machines that report as one node are told', async () => {
  const topology = await start();
  const sample = (boot: string, us: number) => message('g1', {}, { boot, us, kind: 'sample' });
  // A restart, and what its outbox sends again, are no second machine.
  for (const [boot, us] of [
    ['11111111-a', 0],
    ['22222222-b', 60e6],
    ['11111111-a', 10e6],
  ] as const) {
    topology.observe(sample(boot, us));
  }
  expect(written).toEqual([]);
  topology.observe(sample('11111111-a', 90e6));
  await vi.waitFor(() => expect(written.join('\n')).toContain('two machines report as g1'), PATIENT);
  expect(written.join('\n')).toContain(`kind=${v1.Event.Kind.DUPLICATE_NODE}`);
});
