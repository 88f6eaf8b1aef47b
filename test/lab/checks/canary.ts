import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { v1 } from '@nestwatch/proto';
import { AlertSeverity, AlertState } from '@nestwatch/proto/catalogue';
import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

const nestwatch = resolve(import.meta.dirname, '../../../dist/nestwatch.mjs');
const { OK, FAILED } = v1.BenchmarkResult.Outcome;
const LIMIT_MS = 30 * 60_000;

/** The smallest guest boots where guests are hosted; where KVM opens and runs nothing, an alert follows. */
export function checkCanary(cascade: () => Cascade): void {
  const results = (where: string) =>
    `SELECT "outcome", "reason", "trigger" FROM "nestwatch_benchmark" WHERE "lab" = '${LAB}' AND "benchmark" = 'guest.canary' ${where} GROUP BY "name"`;

  test(
    'every layer that hosts boots the smallest guest by itself',
    async () => {
      const { names, waitForRows } = cascade();
      const hosting = names.slice(0, 3);
      const rows = await waitForRows(
        results(`AND "outcome" = ${OK}`),
        (found) => new Set(found.map(({ name }) => name)).size >= hosting.length,
        LIMIT_MS,
      );
      for (const name of hosting) {
        // A layer that was restored booted its first one before it was saved.
        expect(rows.filter((row) => row['name'] === name)).toContainEqual(
          expect.objectContaining({ trigger: expect.stringMatching(/^(first|resumed)$/) }),
        );
      }
    },
    LIMIT_MS,
  );

  test(
    'a layer whose KVM opens and runs nothing raises a critical alert',
    async () => {
      const { names, order, servers, waitForRows } = cascade();
      const brokenUs = Date.now() * 1000;
      const broken = names[Math.min(2, names.length - 1)] ?? '';
      const alert = () =>
        `SELECT "state", "severity", "text" FROM "nestwatch_alert" WHERE "lab" = '${LAB}' AND "rule" = 'cannot-boot' AND "name" = '${broken}' AND time > ${brokenUs}u`;
      const bootCanaries = async () => {
        const env = { ...process.env, NATS_URL: servers.natsUrl, INFLUX_URL: servers.influxUrl };
        const words = [nestwatch, 'bench', '--lab', LAB, 'guest.canary', '--size', 'tiny', '--window', '30m'];
        await promisify(execFile)(process.execPath, words, { env }).catch(() => undefined);
        return waitForRows(
          results(`AND "name" = '${broken}' AND time > ${brokenUs}u AND "outcome" = ${FAILED}`),
          (rows) => rows.length > 0,
          LIMIT_MS,
        );
      };

      expect(await order('break', broken)).toMatchObject({
        code: 0,
        stdout: `${broken} cannot boot guests any more\n`,
      });
      const [failed] = await bootCanaries();
      expect(String(failed?.['reason'])).toMatch(/did not run: .*(kvm|KVM)/);
      const raised = await waitForRows(
        alert(),
        (rows) =>
          rows.some(
            ({ state, severity }) => state === AlertState.FIRING && severity === AlertSeverity.CRITICAL,
          ),
        LIMIT_MS,
      );
      expect(raised.map(({ text }) => text).join(' ')).toContain('no guest boots any more');

      expect(await order('mend', broken)).toMatchObject({ code: 0 });
    },
    3 * LIMIT_MS,
  );
}
