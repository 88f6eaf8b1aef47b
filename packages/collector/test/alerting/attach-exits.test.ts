import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import type { Alert } from '../../src/alerting/alerts/alert.ts';
import { attachExits } from '../../src/alerting/attach-exits.ts';
import type { Series } from '../../src/influx/query-answer.ts';
import { judgedLab, MINUTE_US, NOW_US } from '../support/judged-lab.ts';

const alert: Alert = {
  ...{ id: 'a', lab: 'lab', node: 'n2', name: 'guest2', layer: 2, parent: 'n1', rule: 'slowdown-parent' },
  ...{
    subject: 'exit.cpuid',
    severity: 'warning',
    state: 'firing',
    summary: 's',
    details: [],
    causes: ['kernel'],
  },
  ...{ sinceUs: NOW_US - 2 * MINUTE_US, firedUs: NOW_US - 2 * MINUTE_US, firings: [], flapping: false },
  ...{ revision: 1, pendingSinks: [], notified: true },
};

/** InfluxDB with one trace of each guest, made a minute ago unless said otherwise. */
function reader(traces: readonly { node: string; guest: string; time?: number; nested?: string }[]) {
  const asked: string[] = [];
  return {
    asked,
    async query(influxql: string): Promise<Series[]> {
      asked.push(influxql);
      if (!influxql.includes('nestwatch_exit_trace')) return [];
      return traces.map(({ node, guest, time = NOW_US - MINUTE_US, nested = '' }) => ({
        name: 'nestwatch_exit_trace',
        tags: { node, guest },
        rows: [
          {
            ...{ time, name: node === 'n1' ? 'guest1' : 'guest2', layer: '1', summary: 'hlt 71 %, npf 12 %' },
            ...{ nested_summary: nested, exits_per_second: 4300, method: 'sums', asked_by: 'alert' },
          },
        ],
      }));
    },
  };
}

const view = judgedLab({}, { nowUs: NOW_US });
const attach = (store: ReturnType<typeof reader>, ...alerts: readonly Alert[]) =>
  attachExits({ store, log: silentLog }, view, alerts);

test('an alert about exits is told why they happen: its own at the parent, then those of its guests', async () => {
  const store = reader([
    { node: 'n2', guest: 'guest3' },
    { node: 'n1', guest: 'n2', nested: 'io 60 %' },
    { node: 'n1', guest: 'other' },
    { node: 'n7', guest: 'n2' },
  ]);
  const [attached] = await attach(store, alert);
  expect(attached?.causes).toEqual([
    'kernel',
    'Exits of n2 on guest1: hlt 71 %, npf 12 % (4300 a second); of its own guests: io 60 %.',
    'Exits of guest3 on guest2: hlt 71 %, npf 12 % (4300 a second).',
  ]);
  // It has what it is to have: nothing is asked any more.
  const again = reader([]);
  expect(await attach(again, attached as Alert)).toEqual([attached]);
  expect(again.asked).toEqual([]);
});

test('where the only guest of the parent has another name there, it is meant', async () => {
  const [attached] = await attach(reader([{ node: 'n1', guest: 'vm-7' }]), alert);
  expect(attached?.causes[1]).toMatch(/^Exits of vm-7 on guest1: /);
});

test.each<[string, Partial<Alert>]>([
  ['about something else', { subject: 'disk.read warm' }],
  ['that is over', { state: 'resolved' }],
  ['that fired long ago', { firedUs: NOW_US - 90 * MINUTE_US }],
])('of an alert %s nothing is looked for', async (_, changes) => {
  const store = reader([{ node: 'n1', guest: 'n2' }]);
  const other = { ...alert, ...changes };
  expect(await attach(store, other)).toEqual([other]);
  expect(store.asked).toEqual([]);
});

test('a trace of before the alert, and an InfluxDB that is away, change nothing', async () => {
  const old = reader([{ node: 'n1', guest: 'n2', time: NOW_US - 10 * MINUTE_US }]);
  expect(await attach(old, alert)).toEqual([alert]);
  const away = { ...reader([]), query: () => Promise.reject(new Error('away')) };
  expect(await attach(away, alert)).toEqual([alert]);
});
