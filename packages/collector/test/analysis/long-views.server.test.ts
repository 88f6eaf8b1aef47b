import { silentLog } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJudge } from '../../src/analysis/judge-labs.ts';
import { createLongReader } from '../../src/analysis/long-reader.ts';
import { createLabPromise } from '../../src/analysis/promise/lab-promise.ts';
import { thinOnce } from '../../src/influx/retention/continuous-queries.ts';

needsInflux1('it thins out by InfluxQL');

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const NOW_US = Math.floor((Date.now() * 1000) / DAY_US) * DAY_US;
const DAYS = 120;
const history = { benchmarksMs: (30 * DAY_US) / 1000, probeWindowMs: 600_000 };
const pipeline = { pending: 0, caughtUpSinceUs: 0 };
let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  // Four rounds a day, for 80 days as usual and then 1.4 times slower little by little: 1.12 times in the last 30 days.
  const lines = Array.from({ length: DAYS * 4 }, (_, round) => {
    const timeUs = NOW_US - DAYS * DAY_US + (round + 0.5) * 6 * HOUR_US;
    const noise = 1 + ((round * 7919) % 97) / 1000;
    const drift = 1.4 ** Math.max(0, (round - 160) / (DAYS * 4 - 160));
    const tags = 'lab=lab,layer=0,name=guest0,node=n0,parent=none';
    const result = `seconds_per_unit=${1e-9 * drift * noise},outcome=1,unit="byte",round="cpu.sha256@${round}",arguments_hash="a"`;
    return [
      `nestwatch_benchmark,benchmark=cpu.sha256,${tags} ${result} ${timeUs}`,
      `nestwatch_environment,${tags} kernel="6.1",cpu_model="EPYC",cpus=2,memory_bytes=1e9,clocksource="tsc",parent_hypervisor="pc-q35-7.2",node_version="v20" ${timeUs}`,
    ];
  }).flat();
  await lab.store.write(lines);
  await lab.store.write([
    `nestwatch_report,kind=sample,lab=lab,layer=0,name=guest0,node=n0,parent=none seq=1 ${NOW_US}`,
  ]);
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

async function noticeOf() {
  const [judged] = await createJudge(lab.store, history, silentLog)(NOW_US, pipeline);
  const self = judged?.nodes.get('n0')?.streams.find(({ against }) => against === 'self');
  return { results: self?.resultTimesUs.length, notice: self?.standing.notice };
}

test('a drift is measured from the thinned-out history, by whichever collector starts next', async () => {
  expect(await noticeOf()).toEqual({ results: 120, notice: undefined });
  await lab.store.command('CREATE DATABASE "nestwatch_long"');
  for (const measurement of catalogue.filter(({ name }) => /_(benchmark|environment)$/.test(name)))
    await lab.store.command(thinOnce(measurement, 'nestwatch', 600_000, NOW_US - DAYS * DAY_US, NOW_US));
  const { results, notice } = await noticeOf();
  expect(results).toBe(120);
  expect(notice).toMatchObject({ kind: 'drift', size: expect.closeTo(1.37, 1) });
});

test('nestwatch detection puts steps into what was thinned out as well', async () => {
  const cut = `DELETE FROM "nestwatch_benchmark" WHERE time < ${NOW_US - 30 * DAY_US}000`;
  await lab.store.command(cut);
  const span = { fromUs: NOW_US - DAYS * DAY_US, toUs: NOW_US + HOUR_US };
  const { streams } = await createLabPromise(lab.store, 'lab', span);
  expect(streams).toMatchObject([{ name: 'guest0', against: 'self', rounds: 480, blind: 10 }]);
  expect(streams[0]?.found.map(({ hits, of }) => hits / of).at(-1)).toBe(1);
});

test('it is read once a day; what cannot be read leaves what is known', async () => {
  let asked = 0;
  const read = createLongReader(async () => {
    asked += 1;
    throw new Error('away');
  }, silentLog);
  const stream = { lab: 'lab', node: 'n0', benchmark: 'cpu.sha256', variant: '', target: '' };
  const known = { ...stream, argumentsHash: 'a', machine: '', fromUs: 0 };
  for (const us of [NOW_US, NOW_US + HOUR_US, NOW_US + DAY_US])
    expect((await read(us, us - 30 * DAY_US))(known).middles).toEqual([]);
  expect(asked).toBe(4);
});
