import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import { createFileHost } from '../../src/host/file-host.ts';
import { kernelTrouble } from '../../src/probes/kernel-trouble.ts';
import { valueFrom } from '../support/replay.ts';
import { moment } from '../support/text-host.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/kernel-messages');

interface Case {
  readonly log: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly seen: string;
}

const records = (log: readonly string[]) =>
  log.map((line, at) => `4,${at},${at * 1000},-;${line}\n`).join('');

function startedLog(text: string) {
  const root = temporaryFolder('kmsg');
  mkdirSync(join(root, 'dev'));
  const log = join(root, 'dev/kmsg');
  writeFileSync(log, text);
  const probe = kernelTrouble();
  const read = async () => {
    const { lostRecords, sinceBoot, ...counts } = valueFrom(
      await probe.read(moment(createFileHost(root), 0)),
    );
    return { sinceBoot, counts };
  };
  return { read, append: (more: string) => appendFileSync(log, more) };
}

const all = (counts: Case['counts']) => Object.values(counts).reduce((sum, count) => sum + count, 0);

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
  const cases: Case[] = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  describe(file, () => {
    test.each(cases)('$log.0 ($seen)', async ({ log, counts }) => {
      const { read, append } = startedLog('');
      await read();
      append(records(log));
      expect(await read()).toEqual({ sinceBoot: all(counts), counts });
    });

    test.each(cases.filter(({ log }) => log.length > 1))(
      'in a reading for each line: $log.0',
      async (one) => {
        const { read, append } = startedLog('');
        await read();
        let last = await read();
        for (const line of one.log) {
          append(records([line]));
          last = await read();
        }
        expect(last.sinceBoot).toBe(all(one.counts));
      },
    );

    test.each(cases)('before the agent started: $log.0', async ({ log, counts }) => {
      expect(await startedLog(records(log)).read()).toEqual({ sinceBoot: all(counts), counts: {} });
    });
  });
}
