import { existsSync, mkdirSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import {
  beginState,
  findState,
  keepState,
  removeOldest,
  STATE_FILES,
  touchState,
} from '../../../lab/state/store.ts';

const IDENTITY = '0123456789abcdef';
const OTHER = 'fedcba9876543210';
const MIB = 1024 * 1024;
const ANY = { wanted: 0.1, least: 0, most: 1 };

let states: string;
beforeEach(() => {
  states = join(temporaryFolder('states'), 'states');
});

async function save({ identity = IDENTITY, speed = 0.1, bytes = 1000 } = {}): Promise<void> {
  const folder = await beginState(states);
  for (const file of STATE_FILES) writeFileSync(join(folder, file), Buffer.alloc(bytes, 1));
  await keepState(states, folder, { identity, speed, tscKhz: 2_600_000, savedMs: 1 });
}

const names = () => readdirSync(states).sort();
/** When a state was used last, minutes ago. */
const age = (name: string, minutes: number) =>
  utimesSync(join(states, name), new Date(), new Date(Date.now() - minutes * 60_000));

test('a state is found by what it belongs to, and no other', async () => {
  await save();
  expect(await findState(states, IDENTITY, ANY)).toMatchObject({ speed: 0.1, tscKhz: 2_600_000 });
  expect(await findState(states, OTHER, ANY)).toBeUndefined();
  expect(await findState(join(states, 'none'), IDENTITY, ANY)).toBeUndefined();
});

test('of several speeds the nearest of those that will do is taken', async () => {
  for (const speed of [0.05, 0.08, 0.1]) await save({ speed });
  const speedOf = async (range: typeof ANY) => (await findState(states, IDENTITY, range))?.speed;
  expect(await speedOf({ wanted: 0.09, least: 0.06, most: 0.12 })).toBeCloseTo(0.1, 1);
  expect(await speedOf({ wanted: 0.07, least: 0.05, most: 0.09 })).toBe(0.08);
  expect(await speedOf({ wanted: 0.1, least: 0.1, most: 0.1 })).toBe(0.1);
  expect(await speedOf({ wanted: 0.5, least: 0.5, most: 0.5 })).toBeUndefined();
});

test.each(STATE_FILES)('a state whose %s is cut short counts as none', async (file) => {
  await save();
  truncateSync(join(states, names()[0] ?? '', file), 999);
  expect(await findState(states, IDENTITY, ANY)).toBeUndefined();
});

test('a state that is not all written has no name, and goes when the next is saved', async () => {
  const folder = await beginState(states);
  writeFileSync(join(folder, 'memory'), 'half');
  mkdirSync(join(states, 'saving-999999999'));
  expect(await findState(states, IDENTITY, ANY)).toBeUndefined();
  await save();
  expect(names()).toEqual([`state-${IDENTITY}-x0.1`]);
});

test('a newer state takes the place of an older one of the same', async () => {
  await save({ bytes: 10 });
  await save({ bytes: 20 });
  expect(await findState(states, IDENTITY, ANY)).toMatchObject({ bytes: { memory: 20 } });
  expect(names()).toHaveLength(1);
});

test('those used longest ago go when all together are too large; the newest stays, however large', async () => {
  for (const speed of [0.1, 0.2, 0.3]) await save({ speed, bytes: MIB });
  for (const [at, speed] of [0.1, 0.2, 0.3].entries()) age(`state-${IDENTITY}-x${speed}`, 30 - at);
  const oldest = await findState(states, IDENTITY, { wanted: 0.1, least: 0.1, most: 0.1 });
  if (oldest !== undefined) await touchState(oldest);
  await removeOldest(states, 7 * MIB);
  expect(names()).toEqual([`state-${IDENTITY}-x0.1`, `state-${IDENTITY}-x0.3`]);
  await removeOldest(states, 1);
  expect(names()).toEqual([`state-${IDENTITY}-x0.1`]);
  expect(existsSync(join(states, names()[0] ?? '', 'memory'))).toBe(true);
});
