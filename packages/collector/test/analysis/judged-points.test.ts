import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { createPresenceWriter } from '../../src/analysis/judged-points.ts';
import { judgedLab, MINUTE_US, NOW_US } from '../support/judged-lab.ts';

function writer() {
  const written: string[][] = [];
  const store = {
    write: async (lines: readonly string[]) => {
      written.push([...lines]);
    },
  };
  const write = createPresenceWriter(store, silentLog);
  return { write, written };
}

test('a node of which nothing came for three minutes is silent, and each is told by its parent', async () => {
  const { write, written } = writer();
  await write(
    [
      judgedLab({
        guest2: { lastSeenUs: NOW_US - 3 * MINUTE_US - 1 },
        guest3: { lastSeenUs: NOW_US - 3 * MINUTE_US },
      }),
    ],
    NOW_US,
  );
  const lines = written.flat().map((line) => line.replace(/^nestwatch_presence,.*,name=/, ''));
  expect(lines).toEqual([
    `guest0,node=guest0,parent=none silent=0 ${NOW_US}`,
    `guest1,node=guest1,parent=guest0 silent=0,parent_name="guest0" ${NOW_US}`,
    `guest2,node=guest2,parent=guest1 silent=1,parent_name="guest1" ${NOW_US}`,
    `guest3,node=guest3,parent=guest2 silent=0,parent_name="guest2" ${NOW_US}`,
  ]);
});

test('while reports wait in the stream nobody is called silent, nor just after', async () => {
  const parts = { guest0: { lastSeenUs: NOW_US - 60 * MINUTE_US } };
  const behind = writer();
  await behind.write([judgedLab(parts, { pipeline: { pending: 5000 } })], NOW_US);
  expect(behind.written.flat().join('\n')).not.toContain('silent=');
  const caughtUp = writer();
  const pipeline = { pending: 0, caughtUpSinceUs: NOW_US - MINUTE_US / 2 };
  await caughtUp.write([judgedLab(parts, { pipeline })], NOW_US);
  expect(caughtUp.written.flat()[0]).toContain('silent=0');
});

test('it is told once a minute', async () => {
  const { write, written } = writer();
  for (const seconds of [0, 15, 30, 45, 60, 75]) await write([judgedLab()], NOW_US + seconds * 1e6);
  expect(written).toHaveLength(2);
});
