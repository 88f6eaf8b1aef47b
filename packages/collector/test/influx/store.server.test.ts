import { openStore } from '@nestwatch/collector/influx/store';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab } from '@nestwatch/testkit/lab';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { expect, test } from 'vitest';

const MOST_BYTES = 20_000;

needsInflux1('the bound on a request is a setting of 1.x, others take 400,000 lines at once');

test('what is more than InfluxDB takes in one request is written in several', async () => {
  // influxd reads it in its environment, which is ours.
  process.env['INFLUXDB_HTTP_MAX_BODY_SIZE'] = String(MOST_BYTES);
  await using lab = await createTestLab();
  delete process.env['INFLUXDB_HTTP_MAX_BODY_SIZE'];
  const lines = Array.from(
    { length: 5000 },
    (_, at) => `nestwatch_load,lab=large,node=n${at} load1=1 ${1e15 + at}`,
  );
  const write = `${lab.servers.influxUrl}/write?db=nestwatch&precision=u`;
  const direct = await fetch(write, { method: 'POST', body: lines.join('\n') });
  expect(direct.status).toBe(413);
  const store = await openStore(influxConfig({ INFLUX_URL: lab.servers.influxUrl }));
  await store.writeBytes(Buffer.from(lines.join('\n')));
  await store.write(lines.map((line) => line.replace('lab=large', 'lab=again')));
  const counted = await store.query(`SELECT count(load1) AS n FROM nestwatch_load GROUP BY lab`);
  expect(counted.map(({ tags, rows }) => [tags['lab'], rows[0]?.['n']])).toEqual([
    ['again', 5000],
    ['large', 5000],
  ]);
});
