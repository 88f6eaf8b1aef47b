import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { unpackedPackages } from '@nestwatch/deploy/debian/unpacked-packages';
import { freePort } from '@nestwatch/deploy/local/ports';
import type { Processes } from '@nestwatch/deploy/local/processes';
import { answersOk, waitUntil } from '@nestwatch/deploy/local/wait';

/** Its path, instead of Debian's newest. */
const SETTING = 'NESTWATCH_TEST_VICTORIA_METRICS';

/** The newest VictoriaMetrics that Debian has, downloaded once; or one line: why there is none. */
export async function newestVictoriaMetrics(): Promise<{ binary: string } | { reason: string }> {
  const given = process.env[SETTING];
  if (given) return { binary: given };
  try {
    const folder = await unpackedPackages({
      suite: 'sid',
      packages: ['victoria-metrics'],
      alone: true,
      purpose: 'tests on the newest VictoriaMetrics',
      without: 'these tests are skipped',
      note: () => undefined,
    });
    return { binary: join(folder, 'usr/bin/victoria-metrics') };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** Starts one on a free port, with its data below a folder. @param keeps its -retentionPeriod, such as "30d" */
export async function startVictoriaMetrics(processes: Processes, binary: string, dir: string, keeps = '30d') {
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = processes.start('victoria-metrics', binary, [
    `-storageDataPath=${join(dir, 'victoria-metrics')}`,
    `-httpListenAddr=${url.slice('http://'.length)}`,
    `-retentionPeriod=${keeps}`,
  ]);
  await waitUntil(() => answersOk(`${url}/health`), { what: 'victoria-metrics', child });
  return {
    url,
    /** The series of this selector, such as `nestwatch_load_load1{lab="a"}`, also what was written a moment ago. */
    async series(selector: string): Promise<{ metric: Record<string, string>; values: number[] }[]> {
      await fetch(`${url}/internal/force_flush`);
      const answer = await fetch(`${url}/api/v1/export?match[]=${encodeURIComponent(selector)}`);
      const lines = (await answer.text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line));
    },
  };
}
