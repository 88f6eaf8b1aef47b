import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { influxHeaders } from '@nestwatch/testkit/influx';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dist');
/** Clears the screen, names the window, turns letters round, and hides some. */
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u009b31mguest\u202e\u200b\u007f';

let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  const nowUs = Date.now() * 1000;
  const tags = (node: string) => `lab=l,node=${node},name=${HOSTILE},layer=0,parent=none`;
  // As an older collector has stored what a node said.
  await lab.store.write([
    `nestwatch_capability,${tags('n0')} can_host=1,kernel="${HOSTILE}",os="${HOSTILE}" ${nowUs}`,
    `nestwatch_presence,${tags('n0')} last_seen_us=${nowUs},silent=0 ${nowUs}`,
    `nestwatch_place,${tags('n0')} position=0,reason="${HOSTILE}" ${nowUs}`,
    `nestwatch_load,${tags('n0')} load1=1 ${nowUs}`,
    `nestwatch_report,${tags('n0')},kind=sample seq=1,skew_us=0 ${nowUs}`,
    `nestwatch_delivery,${tags('n0')},run=b1 received=1,written=1,lost=1 ${nowUs}`,
    `nestwatch_alert,${tags('n0')},rule=steal-high,subject=${HOSTILE} state=2,severity=2,news=1,title="${HOSTILE}",text="${HOSTILE}",cause="${HOSTILE}",fired_us=${nowUs} ${nowUs}`,
  ]);
});

afterAll(() => lab?.[Symbol.asyncDispose]());

// All six passed it on before.
test.each([
  { words: ['lab'] },
  { words: ['lab', '--json'] },
  { words: ['status'] },
  { words: ['report', 'l'] },
  { words: ['report', 'l', '--markdown'] },
  { words: ['report', 'l', '--json'] },
])('what was stored under a hostile name does nothing on the terminal of $words', async ({ words }) => {
  // It is there, as it was written.
  const raw = await fetch(`${lab.servers.influxUrl}/query?db=nestwatch&q=SELECT+*+FROM+nestwatch_load`, {
    headers: influxHeaders(),
  });
  expect(JSON.stringify(await raw.json())).toContain('u001b[2J');
  const env = { ...process.env, INFLUX_URL: lab.servers.influxUrl, NATS_URL: lab.servers.natsUrl };
  const argv = [resolve(dist, 'nestwatch.mjs'), ...words];
  const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env, timeout: 120_000 });
  expect(stdout + stderr).toContain('guest');
  expect(stdout + stderr).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
});
