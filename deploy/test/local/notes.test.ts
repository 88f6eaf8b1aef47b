import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { addressesHere, NOT_INSTALLED, noteAddresses, readAddresses } from '../../local/notes.ts';

const START = { natsUrl: 'nats://127.0.0.1:4222', influxUrl: 'http://127.0.0.1:8086' };
const LAB = { natsUrl: 'nats://127.0.0.1:5222', influxUrl: 'http://127.0.0.1:9086' };
let top: string;
const folder = (name: string) => join(top, '.nestwatch', name);

beforeEach(() => {
  top = temporaryFolder('addresses');
  for (const name of ['start', 'lab']) mkdirSync(folder(name), { recursive: true });
});

test('servers are known while the process that noted them lives', () => {
  expect(readAddresses(folder('start'))).toBeUndefined();
  noteAddresses(folder('start'), START);
  expect(readAddresses(folder('start'))).toMatchObject(START);
  const note = JSON.parse(readFileSync(join(folder('start'), 'servers.json'), 'utf8'));
  // The same pid, but of a process that started at another time: a stranger.
  writeFileSync(join(folder('start'), 'servers.json'), JSON.stringify({ ...note, startTicks: '1' }));
  expect(readAddresses(folder('start'))).toBeUndefined();
});

test('the command finds the lab that runs, and npm start before it', () => {
  expect(addressesHere(top, {})).toEqual({});
  noteAddresses(folder('lab'), LAB);
  expect(addressesHere(top, {})).toEqual({
    ...NOT_INSTALLED,
    NATS_URL: LAB.natsUrl,
    INFLUX_URL: LAB.influxUrl,
  });
  noteAddresses(folder('start'), START);
  expect(addressesHere(top, {})).toEqual({
    ...NOT_INSTALLED,
    NATS_URL: START.natsUrl,
    INFLUX_URL: START.influxUrl,
  });
});

test('servers that are named in the environment win', () => {
  noteAddresses(folder('start'), START);
  expect(addressesHere(top, { INFLUX_URL: 'http://db:8086' })).toEqual({});
});

test('settings in /etc are for the servers of an installation, unless somebody names a file', () => {
  noteAddresses(folder('start'), START);
  expect(addressesHere(top, {})).toHaveProperty('NESTWATCH_CONFIG', '/dev/null');
  expect(addressesHere(top, { NESTWATCH_CONFIG: 'mine.yaml' })).not.toHaveProperty('NESTWATCH_CONFIG');
});
