import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

const nestwatch = resolve(import.meta.dirname, '../../../dist/nestwatch.mjs');
const ALL = [
  ...['cpu.sha256', 'cpu.shell-loop', 'proc.spawn', 'exit.cpuid', 'mem.first-touch', 'timer.latency'],
  ...['disk.read', 'net.http'],
];
/**
 * Which round is run: none by default, NESTWATCH_LAB_ROUND=quick has one benchmark and =all has all, which takes ten
 * minutes of a quiet machine for four layers: the deepest guest needs half a minute only to start the process of one.
 */
const ROUNDS: Readonly<Record<string, readonly string[]>> = { quick: ['exit.cpuid'], all: ALL };
const WANTED = ROUNDS[process.env['NESTWATCH_LAB_ROUND'] ?? ''] ?? [];
const LIMIT_MS = 60 * 60_000;
/** The nodes' estimates of the collector's clock differ by so much; a benchmark takes longer by far. */
const CLOCK_ERROR_US = 500_000;

/** A round over all layers: nobody overlaps, and the slowdowns come out of InfluxDB. */
export function checkRound(cascade: () => Cascade): void {
  describe.skipIf(WANTED.length === 0)('a coordinated round', () => {
    let askedUs = 0;

    /** Rows of the round's results, tags among the columns. */
    const results = (fields: string, where: string) =>
      `SELECT ${fields} FROM "nestwatch_benchmark" WHERE "lab" = '${LAB}' AND time > ${askedUs}u AND ${where} GROUP BY *`;

    const bench = (...args: string[]) => {
      const { natsUrl, influxUrl } = cascade().servers;
      const env = { ...process.env, NATS_URL: natsUrl, INFLUX_URL: influxUrl };
      return promisify(execFile)(process.execPath, [nestwatch, 'bench', '--lab', LAB, ...args], { env });
    };

    test(
      'measures every layer',
      async () => {
        askedUs = Date.now() * 1000;
        const { stdout } = await bench(
          ...[...WANTED, '--size', 'tiny', '--wait', '30s', '--window', '50m', '--article'],
        );
        process.stderr.write(`\n${stdout}\n`);
        for (const name of cascade().names) expect(stdout).toContain(name.toUpperCase());
      },
      LIMIT_MS,
    );

    test('in which one measures after the other', async () => {
      const { names, waitForRows } = cascade();
      const turns = await waitForRows(
        results('"started_lab_us","ended_lab_us","fence"', '"outcome" = 1'),
        (rows) => turnsOf(rows).length === names.length * WANTED.length,
      );
      turns.sort((a, b) => Number(a['started_lab_us']) - Number(b['started_lab_us']));
      for (const [at, later] of turns.slice(1).entries()) {
        const earlier = turns[at] ?? {};
        if (earlier['fence'] === later['fence']) continue;
        expect(Number(later['fence'])).toBeGreaterThan(Number(earlier['fence']));
        expect(Number(later['started_lab_us'])).toBeGreaterThan(
          Number(earlier['ended_lab_us']) - CLOCK_ERROR_US,
        );
      }
    });

    test('whose ratios and table come out of InfluxDB', async () => {
      const { names, waitForRows } = cascade();
      const ratios = await waitForRows(
        results('"vs_parent","vs_base"', `"benchmark" = 'exit.cpuid'`),
        (rows) => rows.filter((row) => typeof row['vs_base'] === 'number').length === names.length,
      );
      for (const row of ratios.filter(({ name }) => name !== names[0])) {
        expect(Number(row['vs_parent'])).toBeGreaterThan(1);
      }
      const { stdout } = await bench('--show', ...WANTED);
      const exits = stdout.split('\n').find((line) => line.startsWith('exit.cpuid'));
      expect(exits?.match(/\(×[\d.]+\)/g)).toHaveLength(names.length - 1);
    });

    test.runIf(WANTED.includes('net.http'))('whose transfers go upwards only, as behind NAT', async () => {
      const { names, query } = cascade();
      const transfers = await query(results('"outcome","distance_layers"', `"benchmark" = 'net.http'`));
      expect(transfers).toHaveLength(names.length ** 2);
      const reached = transfers.filter((row) => row['outcome'] === 1);
      expect(reached).toHaveLength((names.length * (names.length + 1)) / 2);
      const farthest = Math.max(...transfers.map((row) => Number(row['distance_layers'])));
      expect(farthest).toBe(names.length - 1);
      expect((await bench('--show', 'net.http')).stdout).toContain('DOWNLOADS FROM');
    });
  });
}

/** What is measured in one turn bears its number, which no other turn of the lab has. */
function turnsOf(rows: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return [...new Set(rows.map((row) => row['fence']))];
}
