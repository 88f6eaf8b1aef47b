import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import {
  findOwnInstallation,
  publishOwnInstallation,
} from '../../../src/benchmarks/own-installation/publish-once.ts';
import type { ResultBody } from '../../../src/benchmarks/result.ts';
import { createFileHost } from '../../../src/host/file-host.ts';

const LOGS = resolve(import.meta.dirname, '../../fixtures/install-logs');
const recorded = (name: string) => readFileSync(join(LOGS, name), 'utf8');

let root: string;
beforeEach(async () => {
  root = temporaryFolder('installed');
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

test("an installer's log counts more than that of the first boot", async () => {
  const host = createFileHost(root);
  expect(await findOwnInstallation(host)).toEqual({ state: 'absent', reason: 'no installer log found' });
  await put('/var/log/cloud-init.log', recorded('cloud-init-24-log'));
  expect(await findOwnInstallation(host)).toMatchObject({
    value: { installer: 'cloud-init', seconds: 33.19 },
  });
  await put('/var/log/installer/installer-journal.txt', recorded('ubuntu-22.04-installer-journal.txt'));
  expect(await findOwnInstallation(host)).toMatchObject({ value: { installer: 'subiquity', seconds: 511 } });
  await put('/var/log/anaconda/anaconda.log', recorded('anaconda-f40-log'));
  expect(await findOwnInstallation(host)).toMatchObject({ value: { installer: 'anaconda' } });
});

test('is reported once', async () => {
  await put('/var/log/installer/syslog', recorded('debian-no-clock-syslog'));
  const published: ResultBody[] = [];
  const options = {
    host: createFileHost(root),
    clock: systemClock,
    stateDir: root,
    publish: (result: ResultBody) => void published.push(result),
  };
  await publishOwnInstallation(options);
  await publishOwnInstallation(options);
  expect(published).toHaveLength(1);
  expect(published[0]).toMatchObject({
    benchmark: 'guest.install',
    variant: 'passive',
    engine: 'debian-installer',
    secondsPerUnit: 400,
    repetitions: [{ durationUs: 400_000_000, units: 1 }],
  });
});
