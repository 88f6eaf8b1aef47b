import { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createFixtureMachine,
  type FixtureGuest,
  type FixtureMachine,
  REAL_CPUID,
  startFixtureGuest,
} from '../support/fixture-machine.ts';

// Real agents, each on a folder of files that stands for its machine, against real servers and a real collector.

const MIDDLE: FixtureGuest = { pid: 500, name: 'middle', mac: '52:54:00:aa:00:01' };
const BOTTOM: FixtureGuest = { pid: 700, name: 'bottom', mac: '52:54:00:aa:00:02' };
const DEEP: FixtureGuest = { pid: 900, name: 'deep', mac: '52:54:00:aa:00:03' };

const MACHINES: Readonly<Record<string, FixtureMachine>> = {
  deep: { mac: DEEP.mac, measuresExits: true },
  bottom: { mac: BOTTOM.mac, guest: DEEP, measuresExits: true },
  middle: { mac: MIDDLE.mac, guest: BOTTOM },
  top: { hardware: true, guest: MIDDLE },
};

let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector();
  for (const [node, machine] of Object.entries(MACHINES)) {
    createFixtureMachine(rootOf(node), node, machine);
    lab.startAgent({
      lab: 'tree',
      node,
      interval: '1s',
      'clock-interval': '1s',
      'inventory-enabled': 'false',
      'host-root': rootOf(node),
      'state-dir': join(lab.dir, 'state', node),
      'benchmarks-enabled': 'false',
    });
  }
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

test('nodes learn their layers and parents from the addresses of guests, and tag what they send with them', async () => {
  for (const [node, layer, parent] of [
    ['top', '0', 'none'],
    ['middle', '1', 'top'],
    ['bottom', '2', 'middle'],
    ['deep', '3', 'bottom'],
  ]) {
    const rows = await lab.waitForRows(
      `SELECT status FROM nestwatch_probe WHERE node = '${node}' AND layer = '${layer}' AND parent = '${parent}' AND probe = 'load' LIMIT 1`,
    );
    expect(rows.length).toBe(1);
  }
  // The first place of a node is "pending" when it is heard of before its parent.
  const rows = await lab.waitForRows(
    `SELECT "by", guest FROM nestwatch_topology WHERE node = 'bottom' AND "by" <> 'pending' LIMIT 1`,
  );
  expect(rows[0]).toMatchObject({ by: 'mac', guest: 'bottom' });
});

test('only layer 3 is advised to do with one layer less', async () => {
  const deep = await lab.waitForRows(
    `SELECT summary, advice, level FROM nestwatch_verdict WHERE node = 'deep' AND rule = 'depth' AND layer = '3'`,
  );
  expect(deep.at(-1)).toMatchObject({
    level: v1.Verdict.Level.WARN,
    summary: expect.stringMatching(/^layer 3: /),
    advice: expect.stringMatching(/^Check whether one layer less is enough/),
  });
  const bottom = await lab.waitForRows(
    `SELECT summary, level FROM nestwatch_verdict WHERE node = 'bottom' AND rule = 'depth' AND layer = '2'`,
  );
  expect(bottom.at(-1)).toMatchObject({ level: v1.Verdict.Level.PASS, summary: 'layer 2' });
});

test.skipIf(!exitsAreMeasurable())(
  'the advice tells the measured cost as a ratio to the parent, which the collector passes on',
  async () => {
    const rows = await lab.waitForRows(
      `SELECT advice FROM nestwatch_verdict WHERE node = 'deep' AND rule = 'depth'`,
      (all) => all.some(({ advice }) => String(advice).includes(' times the ')),
    );
    expect(rows.at(-1)?.['advice']).toMatch(
      /\(one exit costs [\d.]+ µs here, [\d.]+ times the [\d.]+ µs on bottom\)/,
    );
  },
);

test('a guest that was restarted between two looks is told as such, and keeps its place', async () => {
  // First the start time, then the pid, each in one step: at no moment is there no guest.
  const stat = join(rootOf('top'), `proc/${MIDDLE.pid}/stat`);
  writeFileSync(`${stat}.new`, readFileSync(stat, 'utf8').replace(' 400000 ', ' 490000 '));
  renameSync(`${stat}.new`, stat);
  renameSync(join(rootOf('top'), `proc/${MIDDLE.pid}`), join(rootOf('top'), 'proc/501'));
  const events = await lab.waitForRows(
    `SELECT text FROM nestwatch_event WHERE node = 'top' AND kind = ${v1.Event.Kind.CHILDREN_CHANGED}`,
  );
  for (const { text } of events) expect(text).toBe('middle was restarted; running now: 1');
  const moved = await lab.store.query(
    `SELECT text FROM nestwatch_event WHERE node = 'middle' AND kind = ${v1.Event.Kind.PLACE_CHANGED} AND text =~ /layer 1 on top →/`,
  );
  expect(moved).toEqual([]);
});

test('the middle is not safe to snapshot while a guest runs in it, and is when that stops', async () => {
  const unsafe = await lab.waitForRows(
    `SELECT summary, level FROM nestwatch_verdict WHERE node = 'middle' AND rule = 'snapshot'`,
    (rows) => rows.some((row) => String(row['summary']).includes('not safe')),
  );
  expect(unsafe.map((row) => row['summary'])).toContainEqual(
    expect.stringMatching(/not safe to snapshot or migrate now: 1 guest runs in this layer \(bottom\)/),
  );
  stopGuest('middle', BOTTOM.pid);
  const safe = await lab.waitForRows(
    `SELECT summary, level FROM nestwatch_verdict WHERE node = 'middle' AND rule = 'snapshot' AND level = ${v1.Verdict.Level.PASS}`,
  );
  expect(safe.at(-1)?.['summary']).toBe('yes: no guests run in this layer');
  expect(await childrenChanges('middle', 1)).toEqual(['bottom was stopped; running now: 0']);
});

test('a guest that was killed and is started later is told as stopped and started', async () => {
  startFixtureGuest(rootOf('middle'), { ...BOTTOM, pid: 701, startTicks: 495_000 });
  expect(await childrenChanges('middle', 2)).toEqual([
    'bottom was stopped; running now: 0',
    'bottom was started; running now: 1',
  ]);
});

test('a fact that changes is an event that says from what to what', async () => {
  // As if the module had been loaded again without nesting. A look at everything comes with a change of the guests.
  writeFileSync(join(rootOf('top'), 'sys/module/kvm_amd/parameters/nested'), '0\n');
  stopGuest('top', 501);
  const events = await lab.waitForRows(
    `SELECT text FROM nestwatch_event WHERE node = 'top' AND kind = ${v1.Event.Kind.CAPABILITY_CHANGED}`,
    (rows) => rows.some((row) => String(row['text']).includes('kvm_modules.nested')),
  );
  expect(events.map((row) => row['text'])).toContainEqual(
    expect.stringMatching(/kvm_modules\.nested: yes → no/),
  );
});

const rootOf = (node: string) => join(lab.dir, 'machines', node);

const stopGuest = (node: string, pid: number) =>
  rmSync(join(rootOf(node), `proc/${pid}`), { recursive: true });

/** What was reported a node's guests, oldest first, once this many changes are there. */
async function childrenChanges(node: string, count: number): Promise<unknown[]> {
  const events = await lab.waitForRows(
    `SELECT text FROM nestwatch_event WHERE node = '${node}' AND kind = ${v1.Event.Kind.CHILDREN_CHANGED}`,
    (rows) => rows.length >= count,
  );
  return events.map(({ text }) => text);
}

/** CPUID can be read here, and exits to a hypervisor, so that it costs more than a plain read. */
function exitsAreMeasurable(): boolean {
  try {
    accessSync(REAL_CPUID, constants.R_OK);
  } catch {
    return false;
  }
  return / hypervisor /.test(readFileSync('/proc/cpuinfo', 'utf8'));
}
