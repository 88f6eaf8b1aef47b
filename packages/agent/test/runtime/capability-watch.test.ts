import { type EventShape, type GuestShape, v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import type { StableFacts } from '../../src/capability/changes.ts';
import type { CapabilityBody } from '../../src/capability/read-capability.ts';
import { known } from '../../src/host/host.ts';
import { watchCapability } from '../../src/runtime/capability-watch.ts';

const { KNOWN, ABSENT } = v1.Fact.State;
const { CHILDREN_CHANGED, CAPABILITY_CHANGED } = v1.Event.Kind;

interface Round {
  facts?: Record<string, string>;
  guests?: GuestShape[];
  place?: string;
}

/** Runs the watch over rounds, each of which says what is found then. */
async function watch(
  rounds: readonly Round[],
  options: { remembered?: StableFacts; reportEvery?: number; lookEvery?: number } = {},
) {
  const stop = new AbortController();
  const reports: string[] = [];
  const events: EventShape[] = [];
  let at = -1;
  let saved: StableFacts | undefined;
  const current = () => rounds[at] ?? {};
  await watchCapability({
    async findGuests() {
      at += 1;
      if (at >= rounds.length) stop.abort();
      return known(current().guests ?? []);
    },
    async read() {
      const facts = Object.entries(current().facts ?? {}).map(([fact, value]) => ({
        fact,
        value,
        state: value === '' ? ABSENT : KNOWN,
      }));
      return { facts, guests: current().guests ?? [] } as CapabilityBody;
    },
    report: ({ trigger }) => reports.push(trigger),
    event: (event) => events.push(event),
    memory: {
      load: () => options.remembered,
      save: (facts) => {
        saved = facts;
      },
    },
    roundMs: 1,
    place: () => current().place ?? '',
    lookEveryMs: options.lookEvery ?? 1,
    reportEveryMs: options.reportEvery ?? 1e6,
    signal: stop.signal,
  });
  return { reports, events, saved };
}

const still = { facts: { 'kvm_modules.nested': 'yes' } };
const guest = (name: string, pid: number): GuestShape => ({ guest: name, pid, startedWallUs: pid });

test('reports at the start, not again while nothing changes, and after a time all the same', async () => {
  const quiet = await watch([still, still, still, still]);
  expect(quiet.reports.slice(0, 1)).toEqual(['start']);
  expect(quiet.events).toEqual([]);
  const timed = await watch([still, still, still, still], { reportEvery: 2 });
  expect(timed.reports.slice(0, 2)).toEqual(['start', 'interval']);
});

test('a fact that changes is reported and is an event that says from what to what', async () => {
  const { reports, events } = await watch([still, { facts: { 'kvm_modules.nested': 'no' } }]);
  expect(reports.slice(0, 2)).toEqual(['start', 'change']);
  expect(events[0]).toEqual({ kind: CAPABILITY_CHANGED, text: 'kvm_modules.nested: yes → no', magnitude: 1 });
});

test('what a reboot changed is noticed at the start', async () => {
  const { reports, events } = await watch([{ facts: { 'kvm_device.opens': '', 'new.fact': 'x' } }], {
    remembered: { 'kvm_device.opens': 'yes', 'old.fact': 'y' },
  });
  expect(reports[0]).toBe('start');
  expect(events[0]?.text).toBe('kvm_device.opens: yes → absent');
});

test('a place that the collector tells late is judged at once', async () => {
  const { reports } = await watch([still, still, { facts: { x: 'y' }, place: 'layer 3' }, still], {
    lookEvery: 1e6,
  });
  expect(reports.slice(0, 2)).toEqual(['start', 'change']);
});

test('guests that start, stop and restart are told apart', async () => {
  const { reports, events } = await watch([
    { guests: [guest('a', 1)] },
    { guests: [guest('a', 1), guest('b', 2)] },
    { guests: [guest('a', 3), guest('b', 2)] },
    { guests: [guest('b', 2)] },
  ]);
  expect(events.slice(0, 3)).toMatchObject([
    { kind: CHILDREN_CHANGED, text: 'b was started; running now: 2', magnitude: 2 },
    { kind: CHILDREN_CHANGED, text: 'a was restarted; running now: 2', magnitude: 2 },
    { kind: CHILDREN_CHANGED, text: 'a was stopped; running now: 1', magnitude: 1 },
  ]);
  expect(reports.slice(0, 4)).toEqual(['start', 'change', 'change', 'change']);
});
