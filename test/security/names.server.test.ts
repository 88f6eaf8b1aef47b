import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSenders, type Senders, victimDelayMs } from './flood.ts';

let lab: TestLab;
let senders: Senders;

/** Names that mean something to line protocol, to terminals, to pages or to readers. */
const NAMES = [
  '\\ \\="',
  '\\ \\,\\,\\,\\,',
  '\\\\ \\\\" x=1',
  '"\\ \\=,\\"',
  'ends in \\',
  '\\,',
  '\\=\\ ',
  'a,b=c d\\ 1\nnestwatch_load,node=b load1=99',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202etxt.exe\u2066\u200b',
  '<script>alert(1)</script>',
  '$' + '{__data.fields}',
];
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector({ NESTWATCH_WATCH_INTERVAL: '1s', NESTWATCH_LOG_LEVEL: 'debug' });
  senders = await openSenders(lab.servers.natsUrl);
});

afterAll(async () => {
  await senders?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

test('such names are known to harm where they are only escaped', async () => {
  // The same lines as the collector would have written: InfluxDB takes the point behind for a part of the name.
  const escaped = '\\\\ \\\\="';
  const lines = [
    `nestwatch_check,name=${escaped},node=a x=1 ${Date.now()}000`,
    `nestwatch_check,node=b text="victim" ${Date.now()}000`,
  ];
  await lab.store.write(lines).catch(() => undefined);
  expect(await lab.store.query(`SELECT * FROM nestwatch_check WHERE node = 'b'`)).toEqual([]);
});

test('whatever a node is called, the points of the others are written, computed ones too', async () => {
  const startedUs = Date.now() * 1000;
  for (const [at, name] of NAMES.entries()) {
    const body = {
      probes: [{ probe: name, status: 2, reason: `${name} x=1,y=2,z=3=4=5 "quoted" \\` }],
    };
    await senders.send(`a${at}`, body, { name, parent: name });
    await senders.send(`a${at}`, { kind: 1, text: name, otherNode: name }, { name }, 'event');
    expect(await victimDelayMs(lab, senders)).toBeLessThan(2000);
  }
  for (const measurement of ['nestwatch_report', 'nestwatch_delivery']) {
    await lab.waitForRows(
      `SELECT * FROM "${measurement}" WHERE "node" = 'b' AND time > ${startedUs - 10e6}u LIMIT 1`,
    );
  }
  const forged = await lab.store.query(`SELECT * FROM "nestwatch_load" WHERE "node" = 'b' AND load1 = 99`);
  expect(forged).toEqual([]);
});

test('what is stored has nothing that is not seen', async () => {
  const rows = await lab.waitForRows(`SELECT * FROM "nestwatch_probe" GROUP BY *`);
  const events = await lab.waitForRows(`SELECT * FROM "nestwatch_event" WHERE kind = 1 GROUP BY *`);
  expect(new Set(rows.map((row) => row['node'])).size).toBe(NAMES.length);
  for (const row of [...rows, ...events]) {
    for (const text of Object.values(row)) expect(`${text}`).not.toMatch(UNSEEN);
  }
});
