import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import type { Cascade } from '../cascade.ts';

/** What the agent reads in a layer can be had outside. */
export function checkRecording(cascade: () => Cascade): void {
  test(
    'a layer sends what the agent reads in it to the build machine',
    async () => {
      const folder = temporaryFolder('recording');
      try {
        const answer = await cascade().order('record', 'guest0', folder);
        expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining('guest0 is recorded in') });
        const { read } = JSON.parse(readFileSync(join(folder, 'check.json'), 'utf8'));
        expect(read['/proc/cpuinfo']).toMatchObject({
          state: 'known',
          value: expect.stringContaining(' svm '),
        });
        for (const at of ['0', '1']) {
          expect(readFileSync(join(folder, 'probes', at, 'proc/stat'), 'utf8')).toMatch(/^cpu +\d/);
        }
      } finally {
      }
    },
    20 * 60_000,
  );

  test('a layer that is not there cannot be recorded', async () => {
    const { code, stderr } = await cascade().order('record', 'guest7', tmpdir());
    expect(code).toBe(2);
    expect(stderr).toContain('unknown machine "guest7": this lab has guest0, ');
  });
}
